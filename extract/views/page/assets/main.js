// How it all begins: opening an article, the pointer, the download.

function open(article, pointer = null) {
  if (state.article !== article) {
    state.article = article;
    state.selection = null;
    state.current = pointer;
    state.last = undefined;
    state.tree = new Tree(article, corrections.marks(article.id));
    showFilters();
    showText();
    showCards();
    showDesk();
    $('cards').scrollTop = 0;
    markEntry(entries, (entry) => entry.article === article);
    const shownEntry = entries.find((entry) => entry.article === article).element;
    reveal($('articles'), shownEntry, true);
    if (isNarrow()) $('index-fold').open = false;
    document.title = `${shown(article.name)} · ${DATA.name}`;
  }
}

/** After a correction or another filter: everything anew but the place one is at. */
function refresh() {
  state.tree = new Tree(state.article, corrections.marks(state.article.id));
  showFilters();
  markText();
  showCards();
  showDesk();
  corrections.show();
  showEntry(entries.find((entry) => entry.article === state.article));
}

function download() {
  corrections.download(corrections.document());
  say('Downloaded. Apply it with: extract correct RUN FILE -o CORRECTED');
}

/** Lights up both sides of what the pointer is over, and scrolls the other side to it. */
function light(pointer, from) {
  for (const element of document.querySelectorAll('.lit')) element.classList.remove('lit');
  if (pointer === null) return;
  for (const element of elementsOf(pointer)) element.classList.add('lit');
  if (from === 'cards') {
    const place = placesOf(pointer)[0];
    if (place) reveal($('reading'), place, true);
  }
  if (from === 'text' && shownCards.has(pointer)) reveal($('cards'), shownCards.get(pointer), true);
}

const overText = (event) => {
  const element = event.target.closest('#text [data-at]');
  const holder = element && (element.pointers ? element : element.parentElement.closest('[data-at]'));
  return (holder && holder.pointers && holder.pointers[0]) || null;
};

function listen() {
  document.addEventListener('keydown', onKey);
  $('cards').addEventListener('click', (event) => {
    const button = event.target.closest('button[data-pointer]');
    if (button) choose(button.dataset.pointer);
  });
  $('cards').addEventListener('focusin', (event) => {
    if (event.target.dataset.pointer) light(event.target.dataset.pointer, 'cards');
  });
  $('cards').addEventListener('pointerover', (event) => {
    const button = event.target.closest('button[data-pointer]');
    light(button ? button.dataset.pointer : null, 'cards');
  });
  $('text').addEventListener('pointerover', (event) => light(overText(event), 'text'));
  for (const pane of [$('cards'), $('text')]) pane.addEventListener('pointerleave', () => light(null));
  $('text').addEventListener('click', (event) => {
    if (!selected() && overText(event)) choose(overText(event));
  });
  document.addEventListener('selectionchange', () => {
    const span = selected();
    if (!span) desk.seen = null;
    state.selection = span || (document.activeElement.closest('#desk') ? state.selection : null);
  });
  document.addEventListener('pointerdown', () => {
    desk.pressed = true; // words are being selected
  });
  document.addEventListener('pointerup', () => {
    desk.pressed = false;
    setTimeout(() => desk.pressed || takeSelection());
  });
  document.addEventListener('keyup', (event) => {
    if (event.shiftKey || event.key === 'Shift') takeSelection();
  });
  $('add-here').addEventListener('click', addRecord);
  $('search').addEventListener('input', () => find(entries));
  $('beside').addEventListener('change', () => {
    state.beside = DATA.beside[Number($('beside').value)] || null;
    refreshBeside();
  });
  for (const moved of ['wheel', 'touchmove', 'pointerdown'])
    document.addEventListener(moved, () => aims.clear(), { passive: true, capture: true });
  window.addEventListener('beforeprint', fillAll);
  window.addEventListener('afterprint', afterPrint);
  $('print-all').addEventListener('click', printAll);
  corrections.listen(undo, download);
}

/** Words that are selected go to the input that waits for some; else a record may be added from them. */
function takeSelection() {
  const span = selected();
  $('add-here').hidden = !span || Boolean(desk.armed && desk.armed.element.isConnected);
  if (!span || String(span) === desk.seen) return; // seen before: a key or a click elsewhere changes no input
  desk.seen = String(span);
  state.selection = span;
  if (desk.armed && desk.armed.element.isConnected) {
    if (!desk.armed.take) return say('That field takes no words: choose the field for them first.');
    desk.armed.take(span);
    say(`Taken: ${shown(state.article.text.slice(span[0], span[1]))}`);
  }
}

function refreshBeside() {
  document.body.classList.toggle('beside', Boolean(state.beside));
  if (state.article) refresh();
}

function begin() {
  $('about').title = `${DATA.model} · ${DATA.prompts}`;
  $('about').textContent =
    `${DATA.model.split('@')[0]} · ${DATA.prompts} · ${counted(ARTICLES.length, 'article')}`;
  explainSigns([...Object.values(STANDINGS), ['Σ', ADDS_UP]]);
  if (DATA.beside.length) {
    $('beside-label').hidden = false;
    $('beside').append(
      ...DATA.beside.map((each, i) => make('option', { value: i }, each.name)),
      make('option', { value: 'none' }, 'nothing'),
    );
    state.beside = DATA.beside[0];
    document.body.classList.add('beside');
  }
  listen();
  showIndex();
  corrections.show();
  if (ARTICLES.length) open(ARTICLES[0]);
  else $('desk').append(make('p', {}, 'The run has no articles.'));
}

begin();
