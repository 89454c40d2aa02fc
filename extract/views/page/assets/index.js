// The index of articles with its search, and the filters.

const entries = ARTICLES.map((article) => ({
  article,
  element: entryOf(article),
  get haystack() {
    return article.haystack;
  },
}));

function entryOf(article) {
  return make(
    'li',
    {},
    make(
      'button',
      { class: 'entry-button', title: shown(article.id), on: { click: () => open(article) } },
      words(article.name, { class: 'entry-title' }),
      make('span', { class: 'entry-counts' }),
      make('span', { class: 'entry-hard' }),
      make('span', { class: 'entry-done' }),
    ),
  );
}

function showIndex() {
  $('articles').replaceChildren(...entries.map((entry) => entry.element));
  document.body.classList.toggle('alone', ARTICLES.length === 1);
  entries.forEach(showEntry);
  find(entries);
}

/** How far an article is: what is to be checked, what was corrected. */
function showEntry({ article, element }) {
  const marks = corrections.marks(article.id);
  const counts = Object.entries(article.counts).map(
    ([name, count]) => `${spaced(name)} ${count + marks.change(`/${name}`)}`,
  );
  element.querySelector('.entry-counts').textContent =
    (article.status === 'complete' ? '' : `${article.status} · `) + counts.join(' · ');
  const steps = new Set(corrections.of(article.id).map((step) => step.serial)).size;
  const hard = article.doubts.filter((doubt) => doubt.why === 'contradiction' || doubt.why === 'absent').length;
  element.querySelector('.entry-hard').textContent = hard ? `≠✗ ${hard}` : '';
  element.querySelector('.entry-done').textContent = steps ? `✎ ${steps}` : '';
}

/** Shown articles in order. */
const listed = () => entries.filter(({ element }) => !element.hidden).map(({ article }) => article);

function showFilters() {
  const count = (type) => (state.tree ? [...state.tree.records()].filter((node) => node.type === type).length : 0);
  const types = TYPES.map((type) =>
    make(
      'label',
      { class: `type-filter ${kind(type)}`, title: DATA.types[type].about || null },
      make('input', {
        type: 'checkbox',
        checked: !state.filter.hidden.has(type),
        on: { change: (event) => filterType(type, event.target.checked) },
      }),
      make('span', { class: 'type' }, type.toLowerCase()),
      ` ${count(type)}`,
    ),
  );
  const options = Object.entries(STATUSES);
  if (comparison())
    options.push(...Object.entries(VERDICTS[state.beside.kind]).map(([key, label]) => [`beside-${key}`, label]));
  if (!options.some(([key]) => key === state.filter.status)) state.filter.status = 'all';
  const status = make(
    'select',
    {
      'aria-label': 'Values shown',
      id: 'status-filter',
      on: {
        change: (event) => {
          state.filter.status = event.target.value;
          refresh();
        },
      },
    },
    ...options.map(([value, label]) => make('option', { value, selected: value === state.filter.status }, label)),
  );
  const hasConfidence = Object.keys(state.article.confidence).length > 0;
  const line = make('input', {
    type: 'range',
    id: 'sure-filter',
    min: 0,
    max: 100,
    step: 1,
    value: state.filter.sure,
    'aria-label': 'Unsure below this confidence, in percent',
  });
  const figure = make('span', { 'aria-hidden': 'true' }, `${state.filter.sure} %`);
  line.value = state.filter.sure;
  line.addEventListener('input', () => {
    figure.textContent = `${line.value} %`;
  });
  line.addEventListener('change', () => {
    state.filter.sure = Number(line.value);
    refresh();
    $('sure-filter').focus();
  });
  $('filters').replaceChildren(
    ...types,
    status,
    ...(hasConfidence ? [make('label', { class: 'sure-label' }, 'unsure below ', line, figure)] : []),
    ...summary(),
  );
}

function filterType(type, isShown) {
  if (isShown) state.filter.hidden.delete(type);
  else state.filter.hidden.add(type);
  refresh();
}
