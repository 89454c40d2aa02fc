// The records of an article as a tree of nodes and values, after the corrections made so far.

/** Which type a record of a field has: one, else as the run says, else the first with just these fields. */
function typeOf(field, record, kinds, pointer) {
  if (field.types.length === 1) return field.types[0];
  const keys = Object.keys(record).sort().join();
  const fits = (name) =>
    DATA.types[name].fields
      .map((each) => each.name)
      .sort()
      .join() === keys;
  return (kinds && kinds[pointer]) || field.types.find(fits) || field.types[0];
}

/** The pointer of the list or record that holds what a pointer leads to. */
const holderOf = (pointer) => pointer.replace(/\/[^/]*$/, '');

const fieldsOf = (type) => DATA.types[type].fields;

/** All records, parts and values of an article: a tree, and everything by its pointer. */
class Tree {
  constructor(article, marks) {
    this.article = article;
    this.marks = marks; // what was corrected: see Corrections.marks
    this.byPointer = new Map();
    this.values = []; // in the order of the schema
    this.root = article.records === null ? null : this.node('', DATA.root, article.records, null, null);
    for (const value of this.values) {
      value.check = checked(value);
      if (value.check && value.doubt && value.doubt.why === 'contradiction') value.doubt = undefined; // said of what was
    }
  }

  node(pointer, type, record, parent, field) {
    const node = {
      is: 'node',
      pointer,
      type,
      record,
      parent,
      field,
      fields: [],
      part: field !== null && field.shape === 'part',
      mark: this.marks.at(pointer),
    };
    node.owner = node.part ? parent.owner : node;
    node.added = pointer.includes('/+');
    node.path = node.part ? [...parent.path, field.name] : [];
    this.byPointer.set(pointer, node);
    for (const each of fieldsOf(type)) node.fields.push(this.held(node, each));
    if (!node.part) node.evidence = this.evidence(node);
    return node;
  }

  /** What a field holds: {field, values | node | nodes}. */
  held(node, field) {
    const here = `${node.pointer}/${field.name}`;
    const value = hasOwn(node.record, field.name) ? node.record[field.name] : null;
    const added = this.marks.added(here);
    if (field.shape === 'records') {
      const items = [...(value || []).map((item, i) => [`${here}/${i}`, item]), ...added];
      const nodes = items.map(([at, item]) =>
        this.node(at, typeOf(field, item, this.article.kinds, at), item, node, field),
      );
      return { field, pointer: here, nodes };
    }
    if (field.shape === 'values') {
      const items = [...(value || []).map((item, i) => [`${here}/${i}`, item]), ...added];
      return { field, pointer: here, values: items.map(([at, item]) => this.value(at, item, field, node)) };
    }
    if (field.shape === 'part') {
      const mark = this.marks.at(here),
        now = mark && mark.action === 'edit' ? mark.value : value;
      if (now !== null) {
        return {
          field,
          pointer: here,
          node: this.node(here, typeOf(field, now, this.article.kinds, here), now, node, field),
        };
      }
    }
    return { field, pointer: here, values: [this.value(here, value, field, node)] };
  }

  value(pointer, was, field, node) {
    const { grounding, confidence } = this.article;
    const mark = this.marks.at(pointer),
      place = grounding[pointer];
    const doubt = this.article.doubtAt.get(pointer);
    const value = {
      rank: doubt ? doubt.rank : Infinity, // also when it is corrected: the walk keeps its order
      is: 'value',
      pointer,
      was,
      field,
      node,
      owner: node.owner,
      mark,
      type: node.owner.type,
      name: [...node.path, field.name].join('.'),
      now: was,
      span: null,
      added: pointer.includes('/+'),
    };
    if (place && place[0] !== null) value.span = this.article.span(place[0], place[1]);
    if (mark && (mark.action === 'edit' || mark.action === 'reject')) {
      value.now = mark.action === 'edit' ? mark.value : null;
      value.span = mark.start === null ? null : this.article.span(mark.start, mark.end);
    } else {
      if (place) value.grounded = place[2];
      if (hasOwn(confidence, pointer)) value.confidence = confidence[pointer];
      value.doubt = doubt;
    }
    if (value.added && !value.span && field.verbatim) value.span = this.marks.place(pointer);
    this.byPointer.set(pointer, value);
    this.values.push(value);
    return value;
  }

  evidence(node) {
    const held = node.fields.find((each) => each.field.evidence && each.values);
    return held ? held.values[0] : null;
  }

  /** The records, outer ones first. */
  *records(node = this.root) {
    if (!node) return;
    if (!node.part && node !== this.root) yield node;
    for (const held of node.fields) {
      for (const below of held.nodes || (held.node ? [held.node] : [])) yield* this.records(below);
    }
  }

  /** Whether a record, or what holds it, was removed. */
  removed(node) {
    for (let each = node; each; each = each.parent) if (each.mark && each.mark.action === 'remove') return true;
    return false;
  }
}

/** What is shown of a value. */
function told(value, field) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (field && field.kind === 'choice' && typeof value === 'string') return spaced(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Types of records in the order of the schema: their number is their colour. */
function recordTypes() {
  const found = [];
  for (const shape of Object.values(DATA.types)) {
    for (const field of shape.fields) if (field.shape === 'records') found.push(...field.types);
  }
  const named = [...new Set(found)];
  return named.length ? named : [DATA.root];
}
