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
    correct(
      {
        action: read.value === null ? 'reject' : 'edit',
        pointer: value.pointer,
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
  const list = holderOf(pointer);
  const node = state.tree.byPointer.get(holderOf(list));
  const held = node && node.fields.find((each) => each.pointer === list);
  if (!held || held.field.shape !== 'values') return false;
  const entry = input(held.field, null, null);
  if (state.selection && held.field.verbatim) entry.take(state.selection);
  const save = () => {
    const read = entry.read(node.owner.evidence && node.owner.evidence.span);
    if (read.fault || read.value === null) return entry.fault(read.fault || 'It cannot be empty.');
    const places = read.span ? { '': read.span } : {};
    return addTo(list, { value: read.value, anchor: anchorOf(node), ...inPoints(read.span), places }, 'Added.');
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

/** The fields of a type that are asked for in a form: values, lists of values, and those of parts: [path, field, entry]. */
function entriesOf(type, path = [], optional = false) {
  const found = [];
  for (const field of fieldsOf(type)) {
    if (field.shape === 'value' || field.shape === 'values')
      found.push([
        [...path, field.name],
        optional ? { ...field, required: false, inOptional: true } : field,
        field.shape === 'values' ? listInput(field) : input(field, null, null),
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
    for (const [i, span] of (read.spans || []).entries()) if (span) places[`/${path.join('/')}/${i}`] = span;
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
    if (field.shape === 'values') record[field.name] = found.get(here) || [];
    else if (field.shape === 'value') {
      const value = found.has(here) ? found.get(here) : null;
      if (value !== null || field.required || field.optional) record[field.name] = value;
    } else if (field.shape === 'part') {
      const stated = [...found].some(
        ([path, value]) => path.startsWith(`${here}/`) && [].concat(value ?? []).length > 0,
      );
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
  const first =
    evidence || entries.find(([, field]) => field.verbatim) || entries.find(([, field]) => field.kind === 'text');
  if (first) first[2].take(span);
  const save = () => {
    const made = readAll(entries, type, span);
    if (!made) return;
    const where = evidence ? inPoints(made.places[`/${evidence[0][0]}`]) : {};
    const anchor = evidence ? { type, ...where } : null;
    addTo(pointer, { value: made.record, anchor, ...where, places: made.places }, 'Added.');
  };
  form(
    'Add',
    entries.map(([, field, entry]) => [field, entry]),
    save,
    choice,
  );
  const next = entries.find((each) => each !== first);
  if (next) next[2].element.focus();
  if (first && !(desk.armed && desk.armed.take)) desk.armed = { take: first[2].take, element: first[2].element };
}

/** The lists that a record may go to; first those of the record in whose evidence the words stand, or are nearest to. */
function listsFor(span) {
  const found = [];
  const add = (node) => {
    for (const held of node.fields) {
      if (held.nodes)
        for (const type of held.field.types)
          found.push({ type, holder: node, pointer: held.pointer, label: labelOf(node, type), away: away(node, span) });
      if (held.node) add(held.node);
    }
  };
  add(state.tree.root);
  for (const node of state.tree.records()) if (!state.tree.removed(node)) add(node);
  return found.sort((a, b) => a.away - b.away);
}

function away(node, span) {
  if (node === state.tree.root) return 1e9;
  const spans = [...state.tree.records(node.owner)]
    .filter((each) => !state.tree.removed(each))
    .map((each) => each.evidence && each.evidence.span);
  if (spans.some((each) => each && each[0] <= span[0] && each[1] >= span[1])) return -1;
  const [own] = spans;
  return own ? Math.max(own[0] - span[1], span[0] - own[1], 0) : 1e8;
}

function labelOf(node, type) {
  if (node === state.tree.root) return `new ${type.toLowerCase()}`;
  return `${type.toLowerCase()} of ${nameOf(node.owner)}`;
}

/** What a record is called in a choice: "event 2"; one that was added "new event 1 · Nusaybin". */
function nameOf(node) {
  const type = node.type.toLowerCase();
  const last = node.pointer.split('/').at(-1);
  if (!last.startsWith('+')) return `${type} ${Number(last) + 1}`;
  const list = holderOf(node.pointer);
  const added = [...state.tree.records()].filter(
    (each) => each.pointer.startsWith(`${list}/+`) && holderOf(each.pointer) === list,
  );
  const said = state.tree.values.filter((value) => value.node === node && value.field.verbatim && value.now !== null);
  const brief = said.find((value) => !value.field.evidence) || said[0];
  return `new ${type} ${added.indexOf(node) + 1}${brief ? ` · ${shown(brief.now.slice(0, 40))}` : ''}`;
}
