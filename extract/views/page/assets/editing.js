// Editing and adding: which forms there are, and which corrections come of them.

/** A value is edited at the desk; where it is a part that is not there, all of the part. */
function editIt(value) {
  const { field } = value;
  if (field.shape === 'part') return partForm(value);
  const entry = input(field, value.now, value.span);
  const save = () => {
    const read = entry.read(nearOf(value));
    if (read.fault) return entry.fault(read.fault);
    if (read.value === null && !field.optional) return entry.fault('It cannot be empty.');
    if (JSON.stringify(read.value) === JSON.stringify(value.now) && String(read.span) === String(value.span))
      return showDesk();
    const pointer = value.pointer;
    const act = read.value === null ? 'reject' : 'edit';
    correct(
      {
        action: act,
        pointer,
        was: value.mark ? value.mark.was : value.was,
        value: read.value,
        anchor: anchorOf(value.node),
        ...inPoints(read.span),
      },
      'Saved.',
    );
    return focusCard();
  };
  return form(`Edit ${value.type.toLowerCase()} ${value.name}`, [[field, entry]], save);
}

/** Where words are looked for first: at the value, or at its record's evidence. */
const nearOf = (value) => value.span || (value.owner.evidence && value.owner.evidence.span) || null;

/** A list takes another value; false where there is no such list. */
function addValueForm(pointer) {
  const list = pointer.replace(/\/-$/, '');
  const node = state.tree.byPointer.get(list.replace(/\/[^/]*$/, ''));
  const held = node && node.fields.find((each) => each.pointer === list);
  if (!held || held.field.shape !== 'values') return false;
  const entry = input(held.field, null, null);
  if (state.selection && held.field.verbatim) entry.take(state.selection);
  const save = () => {
    const read = entry.read(node.owner.evidence && node.owner.evidence.span);
    if (read.fault || read.value === null) return entry.fault(read.fault || 'It cannot be empty.');
    correct(
      {
        action: 'add',
        pointer,
        value: read.value,
        anchor: anchorOf(node),
        ...inPoints(read.span),
        places: read.span ? { '': read.span } : {},
      },
      'Added.',
    );
    return choose(`${list}/+${corrections.steps.at(-1).serial}`);
  };
  form(`Add to ${held.field.name}`, [[held.field, entry]], save);
  return true;
}

function partForm(value) {
  const type = value.field.types[0];
  const entries = entriesOf(type);
  const save = () => {
    const made = readAll(entries, type, nearOf(value));
    if (!made) return;
    correct(
      { action: 'edit', pointer: value.pointer, was: value.was, value: made.record, anchor: anchorOf(value.node) },
      'Saved.',
    );
    focusCard();
  };
  form(
    `${value.type.toLowerCase()} ${value.name}`,
    entries.map(([, field, entry]) => [field, entry]),
    save,
  );
}

/** The fields of a type that are asked for in a form: values, and those of parts: [path, field, entry]. */
function entriesOf(type, path = [], optional = false) {
  const found = [];
  for (const field of fieldsOf(type)) {
    if (field.shape === 'value')
      found.push([
        [...path, field.name],
        optional ? { ...field, required: false, inOptional: true } : field,
        input(field, null, null),
      ]);
    else if (field.shape === 'part' && field.types.length === 1 && path.length < 3)
      found.push(...entriesOf(field.types[0], [...path, field.name], optional || field.optional));
  }
  return found.map(([at, field, entry]) => [at, { ...field, label: at.join(' ') }, entry]);
}

/** A record of what the entries say; null if one is wrong, which it says itself. */
function readAll(entries, type, near) {
  const found = new Map(),
    places = {};
  for (const [path, field, entry] of entries) {
    const read = entry.read(near);
    const fault =
      read.fault ||
      (read.value === null && !field.optional && !field.inOptional && field.required ? 'It cannot be empty.' : '');
    if (fault) {
      entry.fault(fault);
      return null;
    }
    found.set(path.join('/'), read.value);
    if (read.span) places[`/${path.join('/')}`] = read.span;
  }
  const record = recordOf(type, found, '');
  const lacking = entries.find(([path, field]) => field.inOptional && lacks(record, path, field));
  if (lacking) {
    lacking[2].fault('It belongs to what you filled in beside it.');
    return null;
  }
  return { record, places };
}

/** Whether a part is there but for this field, which it needs. */
function lacks(record, path, field) {
  let holder = record;
  for (const name of path.slice(0, -1)) holder = holder && holder[name];
  return Boolean(holder) && holder[path.at(-1)] === null && !field.optional;
}

function recordOf(type, found, before) {
  const record = {};
  for (const field of fieldsOf(type)) {
    const here = before + field.name;
    if (field.shape === 'value') {
      const value = found.has(here) ? found.get(here) : null;
      if (value !== null || field.required || field.optional) record[field.name] = value;
    } else if (field.shape === 'part') {
      const stated = [...found].some(([path, value]) => path.startsWith(`${here}/`) && value !== null);
      record[field.name] = stated && field.types.length === 1 ? recordOf(field.types[0], found, `${here}/`) : null;
    } else record[field.name] = [];
  }
  return record;
}

/** A record is added from the words selected in the article: first the list, then its fields. */
function addRecord() {
  const span = state.selection;
  if (!state.tree || !state.tree.root) return;
  if (!span) {
    say('Select the words of the article that support it, then press a.');
    return;
  }
  const lists = listsFor(span);
  const choice = make(
    'select',
    { 'aria-label': 'Record to add' },
    ...lists.map((each, i) => make('option', { value: i }, each.label)),
  );
  choice.addEventListener('change', () => fieldsFor(choice, lists, span));
  fieldsFor(choice, lists, span);
}

function fieldsFor(choice, lists, span) {
  const { type, pointer } = lists[Number(choice.value)];
  const entries = entriesOf(type);
  const evidence = entries.find(([path, field]) => field.evidence && path.length === 1);
  if (evidence) evidence[2].take(span);
  const save = () => {
    const made = readAll(entries, type, span);
    if (!made) return;
    const anchor = evidence ? { type, ...inPoints(made.places[`/${evidence[0][0]}`]) } : null;
    const where = evidence ? inPoints(made.places[`/${evidence[0][0]}`]) : {};
    correct(
      { action: 'add', pointer: `${pointer}/-`, value: made.record, anchor, ...where, places: made.places },
      'Added.',
    );
    choose(`${pointer}/+${corrections.steps.at(-1).serial}`);
  };
  form(
    'Add',
    entries.map(([, field, entry]) => [field, entry]),
    save,
    choice,
  );
  const first = entries.find(([, field]) => !field.evidence);
  if (first) first[2].element.focus();
}

/** The lists that a record may go to; those of the record whose evidence is nearest to the words come first. */
function listsFor(span) {
  const found = [];
  const add = (node) => {
    for (const held of node.fields) {
      if (held.nodes)
        for (const type of held.field.types)
          found.push({ type, pointer: held.pointer, label: labelOf(node, type), away: away(node, span) });
      if (held.node) add(held.node);
    }
  };
  add(state.tree.root);
  for (const node of state.tree.records()) if (!state.tree.removed(node)) add(node);
  return found.sort((a, b) => a.away - b.away);
}

function away(node, span) {
  const evidence = node.owner.evidence && node.owner.evidence.span;
  if (!evidence) return node === state.tree.root ? 1e9 : 1e8;
  return Math.max(evidence[0] - span[1], span[0] - evidence[1], 0);
}

function labelOf(node, type) {
  if (node === state.tree.root) return `new ${type.toLowerCase()}`;
  const number = Number(node.owner.pointer.split('/').at(-1).replace('+', '')) + (node.added ? 0 : 1);
  return `${type.toLowerCase()} of ${node.owner.type.toLowerCase()} ${node.added ? '(added)' : number}`;
}
