// What stands beside the run: labels, or another run; what they say of each value, and what only they have.

const VERDICTS = {
  gold: { right: '✓ right', near: '≈ near', wrong: '✗ wrong', missed: '− missed', spurious: '+ spurious' },
  run: {
    right: '= the same',
    near: '≈ worded otherwise',
    wrong: '≠ different',
    missed: '− removed',
    spurious: '+ added',
  },
};

function comparison() {
  const { beside, article } = state;
  return beside && article && hasOwn(beside.articles, article.id) ? beside.articles[article.id] : null;
}

/** What the other side says of a value: [state, its value], or nothing. */
function verdict(value) {
  const said = comparison();
  if (!said) return null;
  if (hasOwn(said.values, value.pointer)) return said.values[value.pointer];
  if (hasOwn(said.missing, value.pointer)) return ['missed', said.missing[value.pointer][0]];
  return null;
}

/** What the other side says of the article, counted. */
function summary() {
  const said = comparison();
  if (!state.beside) return [];
  if (!said) return [make('p', { class: 'summary' }, `${state.beside.name} has nothing about this article.`)];
  const counts = { right: 0, near: 0, wrong: 0, missed: 0, spurious: 0 };
  for (const [verdict] of Object.values(said.values)) counts[verdict] += 1;
  for (const values of Object.values(said.missing)) counts.missed += values.length;
  const records = said.missed.length ? ` · records only there: ${said.missed.length}` : '';
  const chips = Object.entries(counts).map(([key, count]) =>
    make('span', { class: `verdict ${key}` }, `${VERDICTS[state.beside.kind][key]} ${count}`),
  );
  return [
    make(
      'p',
      { class: 'summary' },
      make('span', { class: 'facts' }, `values beside ${state.beside.name}: `),
      ...chips,
      records,
    ),
  ];
}

/** What the other side has beside some values. */
function theirs(values, held) {
  const found = [];
  for (const value of values) {
    const said = verdict(value);
    if (said)
      found.push(verdictChip(said[0], said[0] === 'right' || said[0] === 'spurious' ? null : said[1], value.field));
  }
  const more = held && held.field.shape === 'values' ? comparison().missing[held.pointer] || [] : [];
  for (const value of more) found.push(verdictChip('missed', value, held.field));
  return found;
}

/** A verdict, and what the other side has instead. */
function verdictChip(said, value, field) {
  const label = VERDICTS[state.beside.kind][said],
    theirs = state.beside.kind === 'gold' ? '; labels: ' : '; there: ';
  const instead = value === null || value === undefined ? [] : [theirs, words(told(value, field))];
  return make('span', { class: `verdict ${said}` }, label, ...instead);
}

const missedIn = (list) => {
  const said = comparison();
  const at = said ? said.missed.map((missed, i) => ({ ...missed, at: i })) : [];
  return at.filter((missed) => missed.list === list && !state.filter.hidden.has(missed.type));
};

/** A record that only the other side has; it can be taken over. */
function missedCard(missed) {
  const label = VERDICTS[state.beside.kind].missed;
  const pointer = `missed/${missed.at}`;
  const pick = make(
    'button',
    { class: 'pick', data: { pointer } },
    make('span', { class: 'type' }, missed.type.toLowerCase()),
  );
  shownCards.set(pointer, pick);
  const said = pairsOf(missed.record, missed.type).map(([name, text]) =>
    make(
      'div',
      { class: 'pair' },
      make('span', { class: 'label' }, spaced(name)),
      make('span', { class: 'vals' }, '–'),
      make('span', { class: 'theirs' }, words(text)),
    ),
  );
  return make(
    'article',
    { class: `card missed ${kind(missed.type)}`, 'aria-label': `${label} ${missed.type}` },
    make(
      'div',
      { class: 'card-head' },
      pick,
      make('span', { class: 'chip verdict missed' }, label),
      make('button', { class: 'take', on: { click: () => takeOver(missed) } }, 'Take it over'),
    ),
    make('div', { class: 'pairs' }, ...said),
  );
}

/** The stated fields of a plain record: [["quantity.text", "two"], …]. */
function pairsOf(record, type, before = '') {
  const found = [];
  for (const field of fieldsOf(type)) {
    const value = record[field.name];
    if (value === null || value === undefined || (Array.isArray(value) && !value.length)) continue;
    if (field.shape === 'part') found.push(...pairsOf(value, typeOf(field, value), `${before}${field.name}.`));
    else if (field.shape === 'records') found.push([before + field.name, `${value.length}`]);
    else
      found.push([
        before + field.name,
        []
          .concat(value)
          .map((each) => told(each, field))
          .join(' · '),
      ]);
  }
  return found;
}

/** A record of the other side becomes one of this run. */
function takeOver(missed) {
  const where = { start: missed.start, end: missed.end };
  const anchor = missed.start === null ? null : { type: missed.type, ...where };
  addTo(missed.list, { value: missed.record, anchor, ...where }, 'Taken over.');
}
