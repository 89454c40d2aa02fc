// The text of an article: whole, in blocks that are laid out when they come near, with every value marked.

const BLOCK = 4000; // units; a longer line is parted, so that none is too much to lay out at once
const MOST_ODD = 300; // signs for odd characters in one block; further ones become "�"
const AT_ONCE = 12; // blocks filled before the first look; the others while nothing else is to be done

const reading = { blocks: [], spans: [], elements: new Map(), filled: 0, job: 0 };

function showText() {
  const { article } = state;
  const head = [make('h2', { class: article.saysItsName ? 'unseen' : null }, words(article.name))];
  head.push(make('p', { class: 'facts' }, ...joined([article.published, article.source, article.url])));
  if (article.map) head.push(mapOf(article, 'article'));
  for (const [pointer, said] of article.problems) {
    if (!pointer) head.push(make('p', { class: 'problem' }, words(said)));
  }
  $('article-head').replaceChildren(...head);
  reading.blocks = article.text === null ? [] : blocksOf(article.text);
  const first = reading.blocks.find(({ element }) => !element.classList.contains('blank'));
  if (article.isHeaded) first.element.classList.add('heading');
  $('text').replaceChildren(...reading.blocks.map((block) => block.element));
  if (article.text === null)
    $('text').append(make('p', { class: 'problem' }, 'The run keeps no text of this article.'));
  $('reading').scrollTop = 0;
  markText();
}

function blocksOf(text) {
  const blocks = [];
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('\n', start) + 1 || text.length;
    if (end - start > BLOCK) end = parted(text, start + BLOCK);
    const blank = /^\s*$/.test(text.slice(start, end));
    const element = make('p', { dir: 'auto', class: blank ? 'blank' : null });
    // how high it is about, until it is laid out: some 70 letters a line
    element.style.containIntrinsicHeight = `auto ${(1.62 * Math.ceil((end - start) / 70)).toFixed(1)}em`;
    blocks.push({ start, end, element });
    start = end;
  }
  return blocks;
}

/** Where a long line is parted: after a space near by, and inside no pair of units. */
function parted(text, at) {
  const space = text.lastIndexOf(' ', at);
  if (space > at - 200) return space + 1;
  return /[\udc00-\udfff]/.test(text[at] || '') ? at - 1 : at;
}

/** Marks the text anew: after another article, filter or correction. */
function markText() {
  reading.spans = spansOf(state.tree);
  reading.elements = new Map();
  reading.filled = 0;
  for (const block of reading.blocks) block.done = false;
  for (let i = 0; i < Math.min(AT_ONCE, reading.blocks.length); i += 1) fill(reading.blocks[i]);
  const job = (reading.job += 1);
  const idle = window.requestIdleCallback || ((run) => setTimeout(() => run({ timeRemaining: () => 8 }), 16));
  const go = (deadline) => {
    if (job !== reading.job) return;
    while (reading.filled < reading.blocks.length && deadline.timeRemaining() > 2)
      fill(reading.blocks[reading.filled++]);
    if (reading.filled < reading.blocks.length) idle(go);
  };
  if (reading.blocks.length > AT_ONCE) idle(go);
}

const fillAll = () => reading.blocks.forEach(fill);

/** Values and evidence as spans, in the order of the text: {start, end, pointer, kind, evidence}. */
function spansOf(tree) {
  const spans = [];
  if (!tree) return spans;
  for (const value of tree.values) {
    if (!value.span || tree.removed(value.node)) continue;
    const evidence = value.field.evidence;
    if (evidence ? state.filter.hidden.has(value.type) : !passes(value)) continue;
    const pointer = evidence ? value.owner.pointer : value.pointer;
    spans.push({
      start: value.span[0],
      end: value.span[1],
      pointer,
      kind: kind(value.type),
      evidence,
      standing: standing(value),
    });
  }
  const said = comparison();
  for (const [i, missed] of (said ? said.missed : []).entries()) {
    if (missed.start === null) continue;
    const [start, end] = state.article.span(missed.start, missed.end);
    spans.push({ start, end, pointer: `missed/${i}`, kind: kind(missed.type), missed: true });
  }
  return spans.sort((a, b) => a.start - b.start || b.end - a.end);
}

function fill(block) {
  if (block.done) return;
  block.done = true;
  const text = state.article.text,
    { start, end } = block;
  const here = reading.spans.filter((span) => span.start < end && span.end > start);
  const cuts = new Set([start, end]);
  for (const span of here) {
    if (span.start > start) cuts.add(span.start);
    if (span.end < end) cuts.add(span.end);
  }
  const at = [...cuts].sort((a, b) => a - b);
  const odd = { left: MOST_ODD };
  const pieces = [];
  for (let i = 0; i + 1 < at.length; i += 1) {
    const over = here.filter((span) => span.start <= at[i] && span.end >= at[i + 1]);
    pieces.push(piece(text, at[i], at[i + 1], over, odd));
  }
  block.element.replaceChildren(...pieces);
}

/** A piece of the text over which the same spans lie; the shortest value among them gives its colour. */
function piece(text, start, end, over, odd) {
  const strong = over.filter((span) => !span.evidence).sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  const element = make(strong ? 'mark' : 'span', { data: { at: start, to: end } });
  if (strong) element.className = [strong.kind, strong.missed ? 'missed' : '', strong.standing || ''].join(' ').trim();
  for (const span of over) {
    if (!reading.elements.has(span.pointer)) reading.elements.set(span.pointer, []);
    reading.elements.get(span.pointer).push(element);
  }
  if (over.length)
    element.pointers = [...over]
      .sort((a, b) => (a.evidence ? 1 : 0) - (b.evidence ? 1 : 0) || a.end - a.start - (b.end - b.start))
      .map((span) => span.pointer);
  element.values = new Set(over.filter((span) => !span.evidence).map((span) => span.pointer));
  if (over.some((span) => span.pointer === state.current)) element.classList.add('current');
  if (element.values.has(state.current)) element.classList.add('boxed');
  appendText(element, text.slice(start, end), start, odd);
  return element;
}

/** Text with signs in place of characters that hide or turn others around; each knows where it stands. */
function appendText(element, text, start, odd) {
  let done = 0;
  for (const found of text.matchAll(ODD)) {
    if (found.index > done) element.append(text.slice(done, found.index));
    const name = oddName(found[0]);
    if (odd.left-- > 0)
      element.append(
        make(
          'span',
          { class: 'odd', title: name, data: { at: start + found.index, to: start + found.index + found[0].length } },
          name,
        ),
      );
    else element.append('�'.repeat(found[0].length));
    done = found.index + found[0].length;
  }
  if (done < text.length) element.append(done ? text.slice(done) : text);
}

/** The elements of a value, or of a record's evidence, filled in if they are not yet. */
function textOf(pointer) {
  const span = reading.spans.find((each) => each.pointer === pointer);
  if (!span) return [];
  for (const block of reading.blocks) if (block.start < span.end && block.end > span.start) fill(block);
  return reading.elements.get(pointer) || [];
}

/** Where a place of the document is in the text, in units; null outside. */
function placeOf(node, offset) {
  if (node.nodeType !== Node.TEXT_NODE) {
    const next = node.childNodes[offset];
    const inside = next || node.lastChild;
    if (!inside) return null;
    if (inside.nodeType === Node.TEXT_NODE) return placeOf(inside, next ? 0 : inside.length);
    return placeOf(inside, next ? 0 : inside.childNodes.length);
  }
  const holder = node.parentElement.closest('#text [data-at]');
  if (!holder) return null;
  if (holder.classList.contains('odd')) return Number(offset ? holder.dataset.to : holder.dataset.at);
  const before = node.previousElementSibling ? Number(lastOdd(node).dataset.to) : Number(holder.dataset.at);
  let between = 0;
  for (let each = node.previousSibling; each && each.nodeType === Node.TEXT_NODE; each = each.previousSibling)
    between += each.length;
  return before + between + offset;
}

function lastOdd(node) {
  let each = node.previousSibling;
  while (each.nodeType === Node.TEXT_NODE) each = each.previousSibling;
  return each;
}

/** What is selected in the article, in units and without spaces around it; null if nothing is. */
function selected() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed || state.article === null || state.article.text === null)
    return null;
  const range = selection.getRangeAt(0);
  if (!$('text').contains(range.commonAncestorContainer)) return null;
  const start = placeOf(range.startContainer, range.startOffset),
    end = placeOf(range.endContainer, range.endOffset);
  return start === null || end === null ? null : trimmed(state.article.text, start, end);
}

const aims = new Map(); // pane → what it is being scrolled to

/** Scrolls until an element is seen, and for a while longer: what is laid out meanwhile moves it. A person's scrolling ends it. */
function reveal(pane, element, gently = false) {
  if (aims.has(pane) && aims.get(pane).element === element) return;
  const aim = { element, until: performance.now() + 1500 };
  const again = (now) => {
    if (aims.get(pane) !== aim) return;
    scrollTo(pane, element, gently);
    if (now < aim.until) requestAnimationFrame(again);
    else aims.delete(pane);
  };
  aims.set(pane, aim);
  again(gently ? Infinity : performance.now());
}

/** Scrolls a pane, not the page, until an element is in it; narrow pages have no panes of their own. */
function scrollTo(pane, element, gently) {
  const outer = pane.getBoundingClientRect(),
    inner = element.getBoundingClientRect();
  if (!inner.height && !inner.width) return;
  const high = pane.scrollHeight > pane.clientHeight + 1 && getComputedStyle(pane).overflowY !== 'visible';
  if (!high) {
    if (!gently) element.scrollIntoView({ block: 'nearest' });
    return;
  }
  if (inner.top < outer.top + 8 || inner.bottom > outer.bottom - 8) {
    const middle = outer.top + Math.max(8, (outer.height - Math.min(inner.height, outer.height)) / 3);
    pane.scrollTop += inner.top - middle;
  }
}
