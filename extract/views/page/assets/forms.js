// Forms: inputs for every kind of value, and what they say, if it is of that kind and stands in the article.

function form(title, entries, save, choice = null) {
  desk.armed = null;
  $('add-here').hidden = true;
  desk.leave = () => {
    if (state.current && state.current.endsWith('/-')) state.current = null;
    showDesk();
    focusCard();
  };
  const rows = entries.map(([field, entry]) =>
    make(
      'label',
      { class: 'entry' },
      make(
        'span',
        { class: 'label' },
        spaced(field.label || field.name),
        field.optional || field.inOptional || !field.required ? '' : ' *',
      ),
      entry.element,
      entry.message,
    ),
  );
  $('desk').replaceChildren(
    make(
      'form',
      {
        class: 'edit',
        on: {
          submit: (event) => {
            event.preventDefault();
            save();
          },
        },
      },
      make('p', { class: 'chosen' }, title, choice ? ' ' : null, choice),
      ...rows,
      make(
        'div',
        { class: 'acts' },
        make('button', { class: 'main' }, 'Save'),
        keyButton('Leave', 'Esc', () => desk.leave(), { type: 'button' }),
      ),
    ),
  );
  if (entries.length) entries[0][1].element.focus();
}

/** A field's input: {element, message, read(near) → {value, span, fault}, take(span), fault(text)}. */
function input(field, now, span) {
  const message = make('span', { class: 'fault', role: 'alert' });
  const element = choicesOf(field) ? choiceInput(field, now) : textInput(field, now);
  let place = span,
    taken = element.value;
  const take = (found) => {
    element.value = oneLine(wordsAt(found));
    taken = element.value; // as the browser keeps it
    place = found;
    message.textContent = '';
  };
  element.addEventListener('input', () => {
    message.textContent = '';
  });
  arm(field, element, take);
  const fault = (text) => faultAt(element, message, text);
  const read = (near) => {
    element.removeAttribute('aria-invalid');
    if (!field.verbatim) return readPlain(field, element.value);
    if (place && element.value && element.value === taken) return { value: wordsAt(place), span: place };
    return readWords(element.value, near);
  };
  return { element, message, read, take, fault };
}

function faultAt(element, message, text) {
  message.textContent = text;
  element.setAttribute('aria-invalid', 'true');
  element.focus();
  say(text);
}

/** Words selected in the article go to the input that was focused last, if it is one for words. */
function arm(field, element, take) {
  for (const event of ['focus', 'pointerdown'])
    // also a click where the focus is already
    element.addEventListener(event, () => {
      desk.armed = { take: field.kind === 'text' ? take : null, element };
    });
  if (field.verbatim) element.title = 'Select words in the article, or type words that stand in it';
}

function readWords(typed, near) {
  if (!typed.trim()) return { value: null, span: null };
  const found = findWords(state.article.text || '', typed, near);
  if (!found) return { fault: `These words are not in the article${typed.includes('\n') ? '' : `: ${typed.trim()}`}.` };
  return { value: state.article.text.slice(found[0], found[1]), span: found };
}

/** The input of a list: a value a line; words selected in the article become a further line. */
function listInput(field) {
  const message = make('span', { class: 'fault', role: 'alert' });
  const element = make('textarea', {
    rows: 1,
    dir: 'auto',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'one a line',
  });
  const taken = new Map(); // words → where they were selected
  const take = (found) => {
    const words = oneLine(wordsAt(found));
    taken.set(words, found);
    element.value = [...element.value.split('\n').filter((line) => line.trim()), words].join('\n');
    element.rows = element.value.split('\n').length;
    message.textContent = '';
  };
  arm(field, element, take);
  const line = (text, near) => {
    const choices = choicesOf(field);
    if (choices) {
      const value = choices.find((each) => told(each, field) === text.trim());
      return value === undefined ? { fault: `${text.trim()} is not one of the choices.` } : { value, span: null };
    }
    if (!field.verbatim) return readPlain(field, text);
    const span = taken.get(text);
    return span ? { value: wordsAt(span), span } : readWords(text, near);
  };
  const read = (near) => {
    element.removeAttribute('aria-invalid');
    const lines = element.value.split('\n').filter((text) => text.trim());
    const all = lines.map((text) => line(text, near));
    const wrong = all.find((each) => each.fault);
    return wrong || { value: all.map((each) => each.value), spans: all.map((each) => each.span) };
  };
  return { element, message, read, take, fault: (text) => faultAt(element, message, text) };
}

/** What can be chosen; null for what is typed. */
const choicesOf = (field) => (field.kind === 'boolean' ? [true, false] : field.kind === 'choice' ? field.choices : null);

function choiceInput(field, now) {
  const options = choicesOf(field).map((each, i) => make('option', { value: i, selected: each === now }, told(each, field)));
  const empty = field.optional || now === null ? [make('option', { value: '', selected: now === null }, '–')] : [];
  return make('select', {}, ...empty, ...options);
}

function textInput(field, now) {
  const text =
    now === null ? '' : field.kind === 'other' && typeof now !== 'string' ? JSON.stringify(now) : String(now);
  const long = field.kind === 'text' && (text.length > 60 || field.evidence);
  const element = make(long ? 'textarea' : 'input', {
    rows: long ? 3 : null,
    dir: 'auto',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: field.kind === 'day' ? 'YYYY-MM-DD' : null,
    inputmode: field.kind === 'integer' ? 'numeric' : null,
  });
  element.value = field.verbatim ? oneLine(text) : text; // a browser takes line ends out of an input
  return element;
}

const wordsAt = ([start, end]) => state.article.text.slice(start, end);

const oneLine = (words) => words.replace(/\s+/g, ' ');

/** What an input says, if it is of the field's kind. */
function readPlain(field, typed) {
  const text = typed.trim();
  if (text === '') return { value: null, span: null };
  const choices = choicesOf(field);
  if (choices) return { value: choices[Number(text)], span: null };
  if (field.kind === 'integer')
    return /^-?\d{1,15}$/.test(text) ? { value: Number(text), span: null } : { fault: 'A whole number is wanted.' };
  if (field.kind === 'number')
    return Number.isFinite(Number(text)) ? { value: Number(text), span: null } : { fault: 'A number is wanted.' };
  if (field.kind === 'day')
    return isDay(text) ? { value: text, span: null } : { fault: 'A day is written YYYY-MM-DD.' };
  if (field.kind === 'other') {
    try {
      return { value: JSON.parse(text), span: null };
    } catch {
      return { value: text, span: null };
    }
  }
  return { value: text, span: null };
}

function isDay(text) {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
