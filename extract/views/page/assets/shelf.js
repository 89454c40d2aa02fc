// The index of stories, opening one, and moving about in it.

const ON_PAPER = 4; // reports beside each other

const entries = ALL.map((story) => ({
  story,
  element: entryOf(story),
  get haystack() {
    return story.haystack;
  },
}));

function entryOf(story) {
  const tolls = story.figures.filter((series) => story.tolls[series.name]).slice(0, 2);
  const facts = [counted(story.reports.length, 'report'), story.day, story.places[0]];
  return make(
    'li',
    {},
    make(
      'button',
      { class: 'entry-button', title: shown(story.title), on: { click: () => open(story) } },
      words(story.title, { class: 'entry-title' }),
      make('span', { class: 'entry-hard' }, signsOf(story)),
      make('span', { class: 'entry-done' }),
      make('span', { class: 'entry-counts' }, ...joined(facts)),
      tolls.length
        ? make(
            'span',
            { class: 'entry-tolls' },
            tolls.map((series) => `${plain(series.name)} ${story.tolls[series.name]}`).join(' · '),
          )
        : null,
    ),
  );
}

function signsOf({ conflicts, unsure }) {
  return [conflicts.length ? `≠ ${conflicts.length}` : '', unsure.length ? `? ${unsure.length}` : '']
    .filter(Boolean)
    .join(' ');
}

const WHICH = {
  all: ['all stories', () => true],
  several: ['of several reports', (story) => story.hasSeveral],
  conflicts: ['≠ reports differ', (story) => story.conflicts.length],
  unsure: ['? nearly joined others', (story) => story.unsure.length],
  undated: ['no day known', (story) => !story.dated],
  decided: ['✎ decided here', (story) => story.reports.some(({ id }) => decisions.about(id).length)],
};

const isWanted = ({ story }) => WHICH[$('which').value || 'all'][1](story);

const narrow = () => find(entries, isWanted);

function showEntry({ story, element }) {
  const steps = new Set(story.reports.flatMap(({ id }) => decisions.about(id).map((step) => step.serial)));
  element.querySelector('.entry-done').textContent = steps.size ? `✎ ${steps.size}` : '';
}

/** Opens a story; its address in the file is "#" and its id, so that the browser's way back leads back. */
function open(story, report = null) {
  state.report = report;
  if (state.story !== story) {
    state.story = story;
    showStory();
    $('story').scrollTop = 0;
    if (isNarrow()) {
      $('index-fold').open = false;
      window.scrollTo(0, 0);
    }
    document.title = `${shown(story.title)} · ${DATA.name}`;
    if (storyInAddress() !== story)
      history[location.hash ? 'pushState' : 'replaceState'](null, '', `#${encodeURIComponent(story.id)}`);
  }
  markEntry(entries, (entry) => entry.story === story);
  entries.find((entry) => entry.story === story).element.scrollIntoView({ block: 'nearest' });
}

function storyInAddress() {
  try {
    return storyOf(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null; // no id of ours
  }
}

function showStory(atOnce = Infinity) {
  const { story } = state;
  const parts = [
    figuresSection,
    (each) => reportsSection(each, atOnce),
    conflictsSection,
    unsureSection,
    mapSection,
    historySection,
  ];
  const head = headOf(story);
  const sections = parts.map((part) => part(story)).filter(Boolean);
  $('story').replaceChildren(head, ...sections);
  head
    .querySelector('.jumps')
    .append(
      ...sections.map((each) =>
        make('button', { on: { click: () => each.scrollIntoView() } }, each.querySelector('h3').textContent),
      ),
    );
  drawCharts();
}

/** After a decision: everything anew but the place one is at. */
function refresh(opened = openedDetails()) {
  const { scrollTop } = $('story');
  const side = document.querySelector('#reports .scrolled'),
    scrollLeft = side ? side.scrollLeft : 0;
  showStory();
  reopen(opened);
  document.querySelector('#reports .scrolled').scrollLeft = scrollLeft;
  $('story').scrollTop = scrollTop;
  entries.forEach(showEntry);
  narrow();
  decisions.show();
  showDesk();
}

function reopen(opened) {
  [...document.querySelectorAll('#story details')].forEach((each, i) => {
    each.open = opened[i] || false;
  });
}

const openedDetails = () => [...document.querySelectorAll('#story details')].map((each) => each.open);

const headCell = (id) =>
  [...document.querySelectorAll('#reports th[data-report]')].find((each) => each.dataset.report === id);

function goToReport(id) {
  state.report = id;
  for (const each of document.querySelectorAll('#reports [data-report]'))
    each.classList.toggle('current', each.dataset.report === id);
  const cell = headCell(id);
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function step(by) {
  const ids = state.story.reports.map(({ id }) => id);
  const at = state.report === null ? (by > 0 ? -1 : ids.length) : ids.indexOf(state.report);
  const next = ids[at + by];
  if (next === undefined)
    return say(by > 0 ? 'That was the last report: ] opens the next story.' : 'That is the first report.');
  goToReport(next);
  return say(`Report ${at + by + 1} of ${ids.length}: ${shown(nameOf(reportOf(next)))}`);
}

function toStoryBy(by) {
  const listed = entries.filter(({ element }) => !element.hidden).map(({ story }) => story);
  const at = listed.indexOf(state.story);
  const next = at < 0 ? listed[0] : listed[at + by];
  if (!next) return say('There is no further story.');
  open(next);
  return say(`${shown(next.title)}: ${counted(next.reports.length, 'report')}`);
}
