// How the page of stories begins; its keys, and how it is printed.

const withReport = (act) => {
  if (state.report) act(reportOf(state.report));
  else say('Choose a report first: j.');
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => step(1),
  p: () => step(-1),
  x: () => withReport(notTheSame),
  c: () => withReport(choose),
  s: theSame,
  u: undo,
  ']': () => toStoryBy(1),
  '[': () => toStoryBy(-1),
  '/': startSearch,
  '?': () => $('help').showModal(),
};

function onKey(event) {
  if (event.key === 'Escape' && !$('help').open) {
    if (document.activeElement.matches('input, select')) document.activeElement.blur();
    else if (state.chosen.length) clearChosen();
    return;
  }
  if (isTyping(event) || !hasOwn(KEYS, event.key) || !state.story) return;
  event.preventDefault();
  KEYS[event.key]();
}

const LEGEND = {
  '=': 'reports agree, or name one place',
  '≠': 'reports differ; each version has a letter',
  '◉': 'says the best number',
  '⧉': 'repeats the text of another report: counted once',
  '●': 'the article is about it',
  '○': 'the article only mentions it',
  '?': 'nearly joined, undecided',
  '✎': 'said by a person',
  bits: 'how much evidence says: +1 makes it twice as likely that two reports are one, −1 half as likely',
};

function listen() {
  document.addEventListener('keydown', onKey);
  $('search').addEventListener('input', narrow);
  $('which').addEventListener('change', narrow);
  decisions.listen(undo, download);
  window.addEventListener('popstate', () => open(storyInAddress() || ALL[0]));
  window.addEventListener('beforeprint', () => {
    if (!state.story) return;
    state.opened = openedDetails();
    showStory(ON_PAPER);
    drawCharts(640);
    reopen(state.opened);
  });
  window.addEventListener('afterprint', () => state.story && refresh(state.opened));
  new ResizeObserver(() => drawCharts()).observe($('story'));
}

function begin() {
  const reports = ALL.reduce((sum, story) => sum + story.reports.length, 0);
  $('about').textContent = [
    `${ALL.length === 1 ? '1 story' : `${ALL.length} stories`} of ${counted(reports, 'report')}`,
    `best figure: ${DATA.best}`,
    DATA.gazetteer ? 'places looked up' : 'places by their names alone',
    `made ${shown(DATA.made_at.slice(0, 10))}`,
  ].join(' · ');
  explainSigns(Object.entries(LEGEND));
  $('which').append(...Object.entries(WHICH).map(([value, [said]]) => make('option', { value }, said)));
  listen();
  $('stories').replaceChildren(...entries.map(({ element }) => element));
  document.body.classList.toggle('alone', ALL.length === 1);
  entries.forEach(showEntry);
  narrow();
  decisions.show();
  showDesk();
  if (ALL.length) open(storyInAddress() || ALL[0]);
  else $('story').append(make('p', {}, 'The file has no stories.'));
}

begin();
