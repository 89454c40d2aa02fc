// Moving about: choosing a value, the walk from the most doubtful on, the keyboard.

/** Chooses a value or record, shows it on both sides, and says it where it was come upon by a key. */
function choose(pointer, told = '') {
  state.current = pointer;
  const found = state.tree.byPointer.get(pointer);
  if (found && !shownCards.has(pointer)) showCards();
  markCurrent();
  showDesk();
  const card = shownCards.get(pointer),
    place = placesOf(pointer)[0];
  if (card) reveal($('cards'), card);
  if (place) reveal($('reading'), place);
  if (told) say(told);
}

const focusCard = () => {
  const card = shownCards.get(state.current);
  if (card) card.focus({ preventScroll: true });
};

/** The next value of the walk, or the one before; after a correction the next one that is still open. */
function step(by, quiet = false) {
  const order = walkOrder();
  if (!order.length) {
    say('No value to walk through: look at the filters.');
    return;
  }
  const at = order.findIndex((value) => value.pointer === state.current);
  const next = at >= 0 ? at + by : firstOf(order, by);
  if (next < 0 || next >= order.length) {
    say(by > 0 ? 'That was the last value of this article: ] opens the next one.' : 'That is the first value.');
    if (quiet) focusCard();
    return;
  }
  state.last = next;
  const value = order[next],
    said = standing(value);
  choose(
    value.pointer,
    `${next + 1} of ${order.length}: ${value.type.toLowerCase()} ${value.name}: ${shown(told(value.now, value.field))}${said ? `, ${STANDINGS[said][1]}` : ''}`,
  );
  focusCard();
}

/** Where a walk begins: where the last chosen value was, if the filters have just taken it away; else at the first open one. */
function firstOf(order, by) {
  if (state.last !== undefined) return by > 0 ? Math.min(state.last, order.length) : state.last - 1;
  return by > 0
    ? Math.max(
        0,
        order.findIndex((value) => !value.mark),
      )
    : order.length - 1;
}

function undo() {
  let step = corrections.undo();
  if (step && step.moved) step = corrections.undo(); // added here, removed there: one thing
  if (!step) return;
  const article = ARTICLES.find((each) => each.id === step.article_id);
  if (article && article !== state.article) open(article);
  refresh();
  choose(step.action === 'add' ? null : step.pointer);
  focusCard();
  say(`Undone: ${step.action}.`);
}

function toArticle(by) {
  const all = listed();
  const next = all[all.indexOf(state.article) + by];
  if (next) {
    open(next);
    say(`${shown(next.name)}: ${walkOrder().length} values`);
  } else say('There is no further article.');
}

const KEYS = {
  j: () => step(1),
  n: () => step(1),
  k: () => step(-1),
  p: () => step(-1),
  c: () => withChosen(confirmIt),
  r: () => withChosen(rejectIt),
  x: () => withChosen(rejectIt),
  e: () => withChosen((found) => (found.is === 'value' ? editIt(found) : say('Choose a value of the record.'))),
  a: addRecord,
  u: undo,
  '[': () => toArticle(-1),
  ']': () => toArticle(1),
  '/': startSearch,
  '?': () => $('help').showModal(),
};

function withChosen(act) {
  const found = state.tree && state.tree.byPointer.get(state.current);
  if (found) act(found);
  else say('Choose a value first: j.');
}

function onKey(event) {
  if (event.key === 'Escape' && !$('help').open) {
    if (desk.leave) desk.leave();
    else document.activeElement.blur();
    return;
  }
  if (isTyping(event)) return;
  if (
    event.key === 'Enter' &&
    event.target.closest('button.value, button.evidence') &&
    event.target.dataset.pointer === state.current
  ) {
    event.preventDefault();
    KEYS.e();
  } else if (hasOwn(KEYS, event.key)) {
    event.preventDefault();
    KEYS[event.key]();
  }
}
