// The figures of each outcome as text: every number with its words, who says it, when, in which report.

function figuresSection(story) {
  const told = story.figures;
  if (!told.length) return section('figures', 'Figures', make('p', { class: 'facts' }, 'No report gives a figure.'));
  const canvas = make('div', { class: 'charts' });
  return section(
    'figures',
    'Figures',
    make(
      'div',
      { class: 'beside-chart' },
      canvas,
      make('div', { class: 'tables' }, ...told.map((each) => figuresOf(each, story))),
    ),
  );
}

/** Draws the charts as wide as there is room for; done anew when that changes. */
function drawCharts(wide) {
  const canvas = document.querySelector('#figures .charts');
  if (!canvas || !state.story) return;
  const width = Math.max(260, Math.min(720, Math.floor(wide || canvas.clientWidth)));
  if (canvas.dataset.width === String(width)) return;
  canvas.dataset.width = width;
  canvas.replaceChildren(...charts(state.story, width));
}

function figuresOf(series, story) {
  const numbers = story.tolls[series.name];
  const rows = [...series.figures.map((figure) => [figure, false]), ...series.repeated.map((figure) => [figure, true])];
  return make(
    'div',
    { class: 'outcome' },
    make('h4', {}, words(spaced(series.name)), numbers ? ': ' : null, numbers || null),
    make(
      'p',
      { class: 'ends' },
      ...['low', 'best', 'high'].map((name) => make('span', {}, `${name} `, make('b', {}, number(series[name])))),
    ),
    make('p', { class: 'facts' }, words(series.rule)),
    scrolled(
      `Figures: ${plain(series.name)}`,
      make(
        'table',
        { class: 'plain' },
        make(
          'caption',
          { class: 'unseen' },
          `${plain(series.name)}, in order of ${series.order === 'published' ? 'publication' : 'the figure'}`,
        ),
        make(
          'thead',
          {},
          make(
            'tr',
            {},
            ...['number', 'words', 'source', 'published', 'report'].map((name) => make('th', { scope: 'col' }, name)),
          ),
        ),
        make('tbody', {}, ...rows.map(([figure, again]) => figureRow(figure, again, series, story))),
      ),
    ),
  );
}

function figureRow(figure, again, series, story) {
  const sign = again ? '⧉ repeated' : isBest(figure, series) ? '◉ best' : figure.part ? '◐ some places alone' : '';
  return make(
    'tr',
    { class: again ? 'again' : null },
    make('td', { class: 'figure' }, bounded(figure), sign ? make('span', { class: 'sign' }, ` ${sign}`) : null),
    make('td', {}, words(figure.words.text), boundBeside(figure)),
    make('td', {}, figure.source ? words(figure.source) : make('span', { class: 'label' }, 'the article')),
    make('td', { class: 'day' }, figure.published || '–'),
    make('td', {}, toReport(figure.report, story)),
  );
}

/** The bound in words, where the article's own words do not say it. */
function boundBeside(figure) {
  const said = boundSaid(figure);
  return said && !figure.words.text.toLowerCase().includes(said)
    ? make('span', { class: 'label' }, ` (${said})`)
    : null;
}

/** A table that is scrolled for itself where it is too wide. */
const scrolled = (label, table) =>
  make('div', { class: 'scrolled', tabindex: 0, role: 'group', 'aria-label': label }, table);

/** A button that leads to a report of the story, by its number; a report of another by its name. */
function toReport(id, story) {
  const at = story.numberOf.get(id);
  if (!at) return words(id);
  return make(
    'button',
    { class: 'to', title: shown(id), on: { click: () => goToReport(id) } },
    make('span', { class: 'unseen' }, 'report '),
    `${at}`,
  );
}
