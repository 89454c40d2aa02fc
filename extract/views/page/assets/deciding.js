// Deciding: what is chosen, what is said of it, and what to do with the file of decisions.

const desk = { open: false }; // whether the decisions are listed

/** Takes a decision down, unless it contradicts what was said before. */
function decide(what, reports) {
  if (reports.slice(1).every((other) => decisions.between(reports[0], other) === what))
    return say('That is said already.');
  const found = contradiction([...decisions.steps, { what, reports }]);
  if (found) {
    const [one, other] = found.map((id) => (HOME.has(id) ? nameOf(reportOf(id)) : id));
    return say(
      shown(
        `That contradicts what was said before: “${one}” and “${other}” would be one, and not be one. Take something back first.`,
      ),
    );
  }
  decisions.add({ what, reports, why: '' });
  refresh();
  if (state.report && headCell(state.report)) goToReport(state.report);
  return say(what === 'same' ? 'Said: they are the same. u takes it back.' : 'Said: not the same. u takes it back.');
}

function notTheSame(report) {
  const others = state.story.reports.map(({ id }) => id).filter((id) => id !== report.id);
  if (!others.length) return say('It is the only report of its story.');
  state.report = report.id;
  return decide('apart', [report.id, ...others]);
}

/** Chooses a report, or no longer; of three the first is let go. */
function choose(report) {
  const { id } = report;
  state.report = id;
  state.chosen = state.chosen.includes(id)
    ? state.chosen.filter((each) => each !== id)
    : [...state.chosen, id].slice(-2);
  refresh();
  goToReport(id);
  const [one, other] = state.chosen;
  if (other === undefined)
    return say(one ? 'Chosen. Choose a report of another story with it.' : 'No report is chosen.');
  if (HOME.get(one) === HOME.get(other)) return say('Both are in this story already: choose one of another story.');
  return say('Two are chosen. Press s if they are the same.');
}

function theSame() {
  const [one, other] = state.chosen;
  if (other === undefined) return say('Choose two reports of different stories first: c.');
  if (HOME.get(one) === HOME.get(other)) return say('They are in one story already.');
  const before = decisions.steps.length;
  decide('same', [one, other]);
  if (decisions.steps.length > before) {
    state.chosen = [];
    refresh();
  }
  return null;
}

function undo() {
  const last = decisions.steps.at(-1);
  if (last) takeBack(last);
}

/** Takes back a decision; not where those that are left would contradict what the file holds. */
function takeBack(step) {
  if (contradiction(decisions.steps.filter((each) => each !== step)))
    return say('What was said since rests on it: take that back first.');
  decisions.drop(step.serial);
  const home = step.reports.map((id) => HOME.get(id)).find(Boolean);
  if (home && !step.reports.some((id) => state.story.numberOf.has(id))) open(home);
  refresh();
  return say(step.what === 'same' ? 'Taken back: the same.' : 'Taken back: not the same.');
}

/** The desk: reports that are chosen, what was decided, and what to do with it. */
function showDesk() {
  const { chosen } = state;
  const isReady = chosen.length === 2 && HOME.get(chosen[0]) !== HOME.get(chosen[1]);
  const parts = [];
  if (chosen.length)
    parts.push(
      make(
        'div',
        { class: 'chosen' },
        'Chosen: ',
        ...chosen.flatMap((id, i) => [i ? ' + ' : '', make('b', {}, words(nameOf(reportOf(id))))]),
        ' ',
        keyButton('They are the same', 's', theSame, { class: 'main', disabled: !isReady }),
        ' ',
        make('button', { on: { click: clearChosen } }, 'Choose none'),
      ),
    );
  if (decisions.steps.length)
    parts.push(
      make(
        'details',
        { open: desk.open, on: { toggle: (event) => (desk.open = event.target.open) } },
        make('summary', {}, counted(decisions.steps.length, 'decision'), ' made here'),
        make('ul', { class: 'lines' }, ...decisions.steps.map(decisionLine)),
      ),
      make('p', {}, 'Download them, then: ', make('code', {}, shown(DATA.command))),
    );
  $('desk').hidden = !parts.length;
  $('desk').replaceChildren(...parts);
}

function decisionLine(step) {
  const named = (id) => words(HOME.has(id) ? nameOf(reportOf(id)) : id);
  const [first, ...others] = step.reports;
  const home = HOME.get(first);
  const why = make('input', {
    class: 'reason',
    placeholder: 'why (if you like)',
    'aria-label': 'Why',
    autocomplete: 'off',
  });
  why.value = step.why || '';
  why.addEventListener('change', () => decisions.reason(step.serial, why.value.trim()));
  return make(
    'li',
    {},
    make('b', {}, step.what === 'same' ? '= the same: ' : '≠ not the same: '),
    named(first),
    step.what === 'same' ? ' + ' : ' — apart from ',
    others.length > 1 ? counted(others.length, 'report') : named(others[0]),
    ' ',
    home ? make('span', { class: 'label' }, 'in ', toStory(home), ' ') : null,
    why,
    ' ',
    make('button', { on: { click: () => takeBack(step) } }, 'Take back'),
  );
}

function clearChosen() {
  state.chosen = [];
  refresh();
}

function download() {
  decisions.download(decisions.document());
  say(`Downloaded. Use it with: ${shown(DATA.command)}`);
}
