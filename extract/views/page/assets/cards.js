// The records of an article as cards, nested as the schema nests them, with everything that each says or leaves open.

const shownCards = new Map(); // pointer → the element that stands for it

function showCards() {
  shownCards.clear();
  const { tree, article } = state;
  const lines = [];
  if (!tree || !tree.root) {
    lines.push(make('p', { class: 'problem' }, 'No records: the article failed.'));
    for (const [, said] of article.problems) lines.push(make('p', { class: 'problem' }, words(said)));
  } else {
    lines.push(...cardParts(tree.root, 3));
  }
  const top = $('cards').scrollTop;
  $('cards').replaceChildren(...lines.filter(Boolean));
  $('cards').scrollTop = top;
  markCurrent();
}

/** What a record holds: its values, its evidence, what it leaves open, then its own lists. */
function cardParts(node, level) {
  const pairs = [],
    open = [],
    lists = [];
  let evidence = null;
  for (const held of node.fields) {
    if (held.nodes) lists.push(held);
    else if (held.field.evidence) evidence = held.values[0];
    else if (held.node)
      pairs.push(
        pair(
          held.field.name,
          held.node.fields.flatMap((each) => each.values || []),
          held.node,
        ),
      );
    else if (held.values.every(isOpen)) open.push(held);
    else pairs.push(pair(held.field.name, held.values, null, held));
  }
  return [
    pairs.length ? make('div', { class: 'pairs' }, ...pairs) : null,
    evidence ? evidenceLine(evidence) : null,
    open.length ? openLine(open) : null,
    ...lists.flatMap((held) => listOf(held, level)),
  ];
}

const isOpen = (value) => value.was === null && value.now === null && !value.doubt && !value.mark && !verdict(value);

function listOf(held, level) {
  const missed = missedIn(held.pointer);
  const cards = held.nodes.map((node, i) => card(node, i + 1, level)).filter(Boolean);
  if (!held.nodes.length && !missed.length) return [];
  const types = held.field.types;
  if (types.length && types.every((type) => state.filter.hidden.has(type)) && !cards.length) return [];
  const count = `${held.nodes.filter((node) => !state.tree.removed(node)).length}`;
  return [
    make(
      `h${Math.min(level, 6)}`,
      { class: 'list' },
      spaced(held.field.name),
      ' ',
      make('span', { class: 'count' }, count),
    ),
    ...cards,
    ...missed.map(missedCard),
  ];
}

/** A record; nothing where the filters hide all of it. */
function card(node, number, level) {
  const parts = cardParts(node, level + 1).filter(Boolean);
  const lively = state.tree.values.some(
    (value) => (value.owner === node || isBelow(value.owner, node)) && passes(value),
  );
  if (!lively && !node.added) return null;
  const said = (comparison() || { records: {} }).records[node.pointer];
  const gone = node.mark && node.mark.action === 'remove';
  const pick = make(
    'button',
    { class: 'pick', data: { pointer: node.pointer }, title: DATA.types[node.type].about || null },
    make('span', { class: 'type' }, node.type.toLowerCase()),
    ` ${number}`,
  );
  shownCards.set(node.pointer, pick);
  const chips = [
    state.article.adds.has(node.pointer) ? make('abbr', { class: 'chip', title: ADDS_UP }, 'Σ adds up') : null,
    markChip(node.mark),
    said ? make('span', { class: `chip verdict ${said}` }, VERDICTS[state.beside.kind][said]) : null,
    ...historyOf(node.pointer).map((each) => make('span', { class: 'chip' }, each)),
  ];
  return make(
    'article',
    {
      class: `card ${kind(node.type)}${gone ? ' removed' : ''}${lively ? '' : ' dim'}`,
      'aria-label': `${node.type} ${number}`,
    },
    make('div', { class: 'card-head' }, pick, ...chips),
    ...parts,
  );
}

const markChip = (mark) =>
  mark && make('span', { class: `chip ${mark.action}` }, STANDINGS[mark.action].join(' '));

function isBelow(node, above) {
  for (let each = node; each; each = each.parent) if (each === above) return true;
  return false;
}

/** A field with its values: one line with the other side's, where there is one. */
function pair(name, values, part, held) {
  const stated = part
    ? values.filter((value) => value.was !== null || value.now !== null || value.doubt || verdict(value) || value.mark)
    : values;
  const shownValues = (stated.length ? stated : values).filter(
    (value) => passes(value) || state.current === value.pointer,
  );
  if (!shownValues.length && values.length) return null;
  const label = make('span', { class: 'label', title: (part || held).field.about || null }, spaced(name));
  const line = make(
    'div',
    { class: 'pair' },
    label,
    make('span', { class: 'vals' }, ...shownValues.map((value) => button(value, part))),
  );
  if (part && part.mark) line.append(markChip(part.mark));
  if (comparison()) line.append(make('span', { class: 'theirs' }, ...theirs(shownValues, held)));
  return line;
}

/** A value as a button: its words, its marks; the chosen one is told in full at the desk. */
function button(value, part) {
  const said = standing(value),
    mark = STANDINGS[said];
  const inner = [];
  if (part) inner.push(make('span', { class: 'sub' }, `${value.field.name} `));
  if (value.mark && value.mark.action !== 'confirm' && value.mark.action !== 'add' && value.was !== value.now)
    inner.push(make('del', {}, words(told(value.was, value.field))), ' ');
  inner.push(words(told(value.now, value.field)));
  const history = historyOf(value.pointer);
  const [sign, means] = mark || ['✎', history.join('; ')];
  if (mark || history.length)
    inner.push(
      make('span', { class: 'sign', title: means }, ` ${sign}`),
      make('span', { class: 'unseen' }, ` (${means})`),
    );
  if (value.confidence !== undefined && said === 'unsure')
    inner.push(make('span', { class: 'sure' }, ` ${Math.floor(percent(value))}%`));
  const element = make(
    'button',
    { class: `value ${said}${value.now === null ? ' null' : ''}`, data: { pointer: value.pointer } },
    ...inner,
  );
  shownCards.set(value.pointer, element);
  return element;
}

function evidenceLine(value) {
  const said = standing(value),
    mark = STANDINGS[said];
  const element = make(
    'button',
    { class: `evidence ${said}`, data: { pointer: value.pointer } },
    make('span', { class: 'unseen' }, 'evidence: '),
    words(told(value.now)),
    mark ? ` ${mark[0]}` : null,
  );
  shownCards.set(value.pointer, element);
  return element;
}

/** Fields without a value, each a button by which one is given. */
function openLine(open) {
  if (state.filter.status !== 'all') return null;
  const buttons = open.flatMap((held) =>
    held.values.length ? held.values.map((value) => [held, value.pointer]) : [[held, `${held.pointer}/-`]],
  );
  return make(
    'div',
    { class: 'open' },
    make('span', { class: 'label' }, 'not stated'),
    ...buttons.map(([held, pointer]) => {
      const element = make('button', { class: 'value null', data: { pointer } }, spaced(held.field.name));
      shownCards.set(pointer, element);
      return element;
    }),
  );
}

const DONE = { edit: 'edited', confirm: 'confirmed', reject: 'rejected', add: 'added', remove: 'removed' };

/** Earlier corrections that the run holds, in words. `now` is where in this run their value stands, if it still does. */
function historyOf(pointer) {
  return state.article.history
    .filter((each) => (hasOwn(each, 'now') ? each.now : each.pointer) === pointer)
    .map((each) => {
      const before = each.action === 'edit' ? `; was ${told(each.was)}` : '';
      return shown(`${DONE[each.action]} by ${each.by || 'somebody'} on ${String(each.at).slice(0, 10)}${before}`);
    });
}

/** Lights up what is chosen, on both sides. */
function markCurrent() {
  for (const element of document.querySelectorAll('.current')) element.classList.remove('current', 'boxed');
  const pointer = state.current;
  if (pointer === null) return;
  for (const element of elementsOf(pointer)) {
    element.classList.add('current');
    element.classList.toggle('boxed', Boolean(element.values && element.values.has(pointer)));
  }
}

/** The elements of both panes that stand for a pointer; a value without a place of its own has its record's evidence. */
function elementsOf(pointer) {
  const button = shownCards.get(pointer);
  return [...(button ? [button] : []), ...placesOf(pointer)];
}

function placesOf(pointer) {
  const own = textOf(pointer);
  if (own.length) return own;
  const found = state.tree && state.tree.byPointer.get(pointer);
  for (let node = found && found.owner; node; node = node.parent && node.parent.owner) {
    const places = textOf(node.pointer);
    if (places.length) return places;
  }
  return [];
}
