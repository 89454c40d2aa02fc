// Corrections: one list of steps for the whole run.
//
// A pointer is that of the run as it was opened; what was added has a pointer of its own here ("/events/+3"), and what
// is changed in it later becomes part of it when the file is made.

class Corrections extends Steps {
  constructor() {
    super(`attested-corrections-1/${DATA.digest}`, 'correction', isCorrection);
  }

  push(step) {
    return this.add({ was: null, value: null, start: null, end: null, anchor: null, note: '', ...step });
  }

  of(id) {
    return this.steps.filter((step) => step.article_id === id);
  }

  marks(id) {
    return new Marks(this.of(id));
  }

  /** The file: what is the last word on each place, in code points. */
  document() {
    const made = [];
    for (const article of ARTICLES) {
      const marks = this.marks(article.id);
      for (const step of marks.last()) {
        made.push({
          article_id: article.id,
          text_sha256: article.text_sha256,
          action: step.action,
          pointer: step.pointer,
          was: step.was,
          value: step.value,
          start: step.start,
          end: step.end,
          anchor: step.anchor,
          at: step.at,
          by: step.by,
          note: step.note,
        });
      }
    }
    return { format: 'attested-corrections-1', task: DATA.task, by: this.by, corrections: made };
  }
}

const isCorrection = (step) =>
  step &&
  typeof step === 'object' &&
  typeof step.pointer === 'string' &&
  typeof step.action === 'string' &&
  typeof step.article_id === 'string' &&
  Number.isInteger(step.serial);

/** What the steps about one article come to. */
class Marks {
  constructor(steps) {
    this.steps = steps;
    this.places = new Map(); // of words in what was added: pointer → [start, end] in units
    this.adds = new Map(); // pointer of a list → [[pointer of what was added, value], …]
    this.marked = new Map(); // pointer → the last step about it
    for (const step of steps) this.take(step);
  }

  take(step) {
    if (step.action === 'add') {
      const list = holderOf(step.pointer),
        pointer = `${list}/+${step.serial}`;
      this.marked.set(pointer, step);
      for (const [inside, place] of Object.entries(step.places || {})) this.places.set(pointer + inside, place);
      if (!this.adds.has(list)) this.adds.set(list, []);
      this.adds.get(list).push([pointer, structuredClone(step.value)]);
    } else {
      this.marked.set(step.pointer, step);
    }
  }

  at(pointer) {
    return this.marked.get(pointer) || null;
  }

  added(list) {
    return this.adds.get(list) || [];
  }

  /** How many records more a list has now, or fewer. */
  change(list) {
    const gone = [...this.marked].filter(([at, step]) => step.action === 'remove' && holderOf(at) === list);
    return this.added(list).length - gone.length;
  }

  place(pointer) {
    return this.places.get(pointer) || null;
  }

  /** The steps that count: the last for each place, nothing below what was removed, additions whole. */
  last() {
    const gone = [...this.marked].filter(([, step]) => step.action === 'remove').map(([pointer]) => pointer);
    const below = (pointer) => gone.some((each) => pointer.startsWith(`${each}/`));
    const made = [];
    for (const [pointer, step] of this.marked) {
      if (below(pointer) || inAddition(pointer)) continue;
      const added = pointer.match(/\/\+(\d+)$/);
      if (!added) made.push(step);
      else if (step.action !== 'remove') {
        const add = this.steps.find((each) => each.serial === Number(added[1]));
        const words = step.action === 'edit' ? { start: step.start, end: step.end } : {};
        if (add) made.push({ ...add, ...words, value: this.whole(pointer, add.value) });
      }
    }
    return made;
  }

  /** An addition with everything that was changed in it since. */
  whole(pointer, value) {
    const made = structuredClone(value);
    if (made === null || typeof made !== 'object') {
      const step = this.marked.get(pointer);
      return step && step.action === 'edit' ? step.value : made;
    }
    this.fill(made, pointer);
    return made;
  }

  fill(record, pointer) {
    for (const key of Object.keys(record)) {
      const here = `${pointer}/${key}`,
        step = this.marked.get(here);
      if (step) record[key] = step.action === 'edit' ? step.value : step.action === 'reject' ? null : record[key];
      if (Array.isArray(record[key])) record[key] = this.items(record[key], here);
      else if (record[key] && typeof record[key] === 'object') this.fill(record[key], here);
    }
  }

  items(items, pointer) {
    const all = [...items.map((item, i) => [`${pointer}/${i}`, item]), ...this.added(pointer)];
    const left = all.filter(([at]) => !['remove', 'reject'].includes((this.marked.get(at) || {}).action));
    return left.map(([at, item]) => this.whole(at, item));
  }
}

/** Whether a pointer leads into something added ("/events/+3/kind"). */
const inAddition = (pointer) => /\/\+\d+\//.test(pointer);
