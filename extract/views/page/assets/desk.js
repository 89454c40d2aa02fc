// The desk: what is known of the chosen value, and what can be done with it.

// the input that takes words selected in the article; what Esc does; the selection that was seen last;
// whether the pointer is down
const desk = { armed: null, leave: null, seen: null, pressed: false };

/** The chosen value, told in full. */
function showDesk() {
  desk.armed = desk.leave = null;
  const found = state.tree && state.tree.byPointer.get(state.current);
  if (!found) {
    if (!(state.current || '').endsWith('/-') || !addValueForm(state.current))
      $('desk').replaceChildren(make('p', { class: 'hint' }, hint()));
    return;
  }
  $('desk').replaceChildren(...(found.is === 'node' ? recordDesk(found) : valueDesk(found)));
}

const hint = () =>
  `${walkOrder().length} values · j k walk, most doubtful first · select words and press a to add a record · ? all keys`;

function valueDesk(value) {
  const said = standing(value),
    lines = [];
  const denial = (value.check && value.check.denied) || (value.doubt && value.doubt.said);
  if (said)
    lines.push(
      make(
        'p',
        { class: `standing ${said}` },
        `${STANDINGS[said][0]} ${STANDINGS[said][1]}`,
        denial ? ': ' : null,
        denial ? words(denial) : null,
      ),
    );
  if (state.article.problemAt.has(value.pointer) && !(value.doubt && value.doubt.said))
    lines.push(make('p', { class: 'standing' }, words(state.article.problemAt.get(value.pointer)[1])));
  const judged = !value.span && value.now !== null && !value.field.verbatim;
  const place = nearOf(value);
  const page = place && state.article.pageAt(place[0]);
  const facts = [
    page === null ? null : `page ${page}`,
    value.confidence === undefined ? null : `confidence ${Math.floor(percent(value))} %`,
    value.check && value.check.unchecked ? 'not checked here against its words: extract correct checks it' : null,
    judged ? 'a judgement: no words of its own in the text' : null,
    value.field.about || null,
    ...historyOf(value.pointer),
  ].filter(Boolean);
  return [
    make(
      'p',
      { class: `chosen ${kind(value.type)}` },
      make('span', { class: 'type' }, value.type.toLowerCase()),
      ` ${spaced(value.name)}: `,
      make('strong', {}, words(told(value.now, value.field))),
    ),
    ...lines,
    facts.length ? make('p', { class: 'facts' }, shown(facts.join(' · '))) : null,
    make(
      'div',
      { class: 'acts' },
      keyButton('Confirm', 'c', () => confirmIt(value)),
      keyButton('Edit', 'e', () => editIt(value)),
      value.now === null ? null : keyButton('Reject', 'r', () => rejectIt(value)),
      value.field.shape === 'values'
        ? make('button', { on: { click: () => choose(`${holderOf(value.pointer)}/-`) } }, 'Add another')
        : null,
    ),
  ].filter(Boolean);
}

function recordDesk(node) {
  const known = DATA.types[node.type].about;
  return [
    make(
      'p',
      { class: `chosen ${kind(node.type)}` },
      make('span', { class: 'type' }, node.type.toLowerCase()),
      node.part ? '' : ' (the record)',
    ),
    known ? make('p', { class: 'facts' }, shown(known)) : null,
    make(
      'div',
      { class: 'acts' },
      keyButton('Confirm', 'c', () => confirmIt(node)),
      keyButton('Remove', 'r', () => rejectIt(node)),
      moveChoice(node),
    ),
  ].filter(Boolean);
}

/** The record type and evidence by which a record is found again in another run. */
function anchorOf(node) {
  const value = node && node.owner.evidence;
  if (!value || !value.span) return null;
  return { type: node.owner.type, ...inPoints(value.span) };
}

function inPoints(span) {
  if (!span) return { start: null, end: null };
  return { start: state.article.offsets.points(span[0]), end: state.article.offsets.points(span[1]) };
}

/** Takes a correction down; a number or a day that its own words deny now is told at once: whether there was one. */
function correct(step, told) {
  const before = denials(state.tree);
  corrections.push({ article_id: state.article.id, ...step });
  state.selection = null;
  refresh();
  const denied = denials(state.tree).filter((each) => !before.includes(each));
  say([told, ...denied.map((each) => `≠ ${shown(each)}`)].join(' '));
  return denied.length > 0;
}

/** Takes down what is added to a list, and chooses it. */
function addTo(list, step, told) {
  correct({ action: 'add', pointer: `${list}/-`, ...step }, told);
  choose(`${list}/+${corrections.steps.at(-1).serial}`);
}

function confirmIt(found) {
  if (found.added || (found.mark && ['edit', 'reject', 'remove'].includes(found.mark.action)))
    return say('It is corrected already: undo with u.');
  const was = found.is === 'node' ? null : found.was;
  correct(
    {
      action: 'confirm',
      pointer: found.pointer,
      was,
      value: was,
      anchor: anchorOf(found.is === 'node' ? found : found.node),
      ...(found.is === 'value' ? inPoints(found.span) : {}),
    },
    'Confirmed.',
  );
  return step(1, true);
}

function rejectIt(found) {
  if (
    found.is === 'value' &&
    (found.field.evidence || (found.field.required && !found.field.optional && found.field.shape === 'value'))
  ) {
    return say(`A ${found.type.toLowerCase()} cannot be without ${found.name}: edit it, or remove the record.`);
  }
  if (found.is === 'value' && !found.field.optional && found.field.shape === 'value') {
    return say(`${found.name} cannot be empty: edit it, or remove the record.`);
  }
  const record = found.is === 'node' && !found.part;
  if (found.part && !found.field.optional)
    return say(
      `A ${found.owner.type.toLowerCase()} cannot be without ${found.field.name}: edit it, or remove the record.`,
    );
  const action = record ? 'remove' : 'reject';
  const was = found.is === 'node' ? found.record : found.was;
  const denied = correct(
    { action, pointer: found.pointer, was, anchor: anchorOf(found.is === 'node' ? found : found.node) },
    record ? 'Removed.' : 'Rejected.',
  );
  return denied ? focusCard() : step(1, true);
}
