// Decisions: reports that a person says are one, or are not. What was said last of two reports counts.

class Decisions extends Steps {
  constructor() {
    super(`attested-decisions-1/${DATA.digest}`, 'decision', isDecision);
  }

  /** Takes back one decision, whenever it was made. */
  drop(serial) {
    this.steps = this.steps.filter((step) => step.serial !== serial);
    this.changed();
  }

  reason(serial, why) {
    for (const step of this.steps) if (step.serial === serial) step.why = why;
    this.changed();
  }

  /** Decisions made here that name a report. */
  about(report) {
    return this.steps.filter((step) => step.reports.includes(report));
  }

  /** What was said last here of two reports, or nothing. */
  between(one, other) {
    const found = this.steps.findLast((step) => says(step, one, other));
    return found ? found.what : null;
  }

  document() {
    const decisions = this.steps.map(({ what, reports, by, at, why }) => ({ what, reports, by, at, why: why || '' }));
    return { format: 'attested-decisions-1', task: DATA.task, by: this.by, decisions };
  }
}

const isDecision = (step) =>
  step &&
  typeof step === 'object' &&
  ['same', 'apart'].includes(step.what) &&
  Array.isArray(step.reports) &&
  step.reports.length > 1 &&
  step.reports.every((each) => typeof each === 'string') &&
  Number.isInteger(step.serial);

/** Whether a decision is about two reports: its first one and another. */
function says({ reports: [first, ...others] }, one, other) {
  return (first === one && others.includes(other)) || (first === other && others.includes(one));
}

/** Two reports that are said not to be one, and to be one by way of others; null where nothing contradicts. */
function contradiction(steps) {
  const pairs = new Map(),
    heads = new Map();
  const head = (report) => {
    while (heads.has(report)) report = heads.get(report);
    return report;
  };
  for (const { what, reports } of [...DATA.decisions, ...steps])
    for (const other of reports.slice(1)) pairs.set(JSON.stringify([reports[0], other].sort()), what);
  const all = [...pairs].map(([pair, what]) => [...JSON.parse(pair), what]);
  for (const [one, other, what] of all)
    if (what === 'same' && head(one) !== head(other)) heads.set(head(one), head(other));
  return all.find(([one, other, what]) => what === 'apart' && head(one) === head(other)) || null;
}
