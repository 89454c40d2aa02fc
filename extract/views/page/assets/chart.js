// The timeline of tolls: a panel for each outcome, one above the other, with one axis of days.
//
// Nothing is said by colour alone: bounds are shapes and signs, best is a ring and a line, low to high a band with edges.

const SVG = 'http://www.w3.org/2000/svg'; // a name, not an address that is asked

/** An element of a drawing. */
function draw(tag, properties = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const PANEL = { height: 84, gap: 34, left: 2, top: 26 };
const LONG_GAP = 14; // days; longer ones are cut short

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / 86400000;

/** Days on a line: where each is, from 0 to 1, and where time was cut short. */
function daysOn(days) {
  const all = [...new Set(days)].sort();
  const places = new Map(),
    breaks = [];
  let at = 0;
  all.forEach((day, i) => {
    if (i) {
      const gap = dayNumber(day) - dayNumber(all[i - 1]);
      const step = Math.min(gap, LONG_GAP);
      if (gap > LONG_GAP) breaks.push([at + step / 2, gap]);
      at += step;
    }
    places.set(day, at);
  });
  const share = (place) => (at ? place / at : 0.5);
  return {
    all,
    at: (day) => share(places.get(day)),
    breaks: breaks.map(([place, gap]) => [share(place), gap]),
  };
}

const numbered = (series) => series.figures.filter((figure) => figure.number !== null);

/** Charts of the story's figures; none where no report gives a number. */
function charts(story, width) {
  const told = story.figures.filter((series) => numbered(series).length);
  const dated = told.filter((series) => series.order === 'published'),
    sized = told.filter((series) => series.order !== 'published');
  return [
    dated.length
      ? chart(dated, width, daysOn(dated.flatMap((series) => numbered(series).map((each) => each.published))))
      : null,
    dated.length ? make('p', { class: 'facts' }, legend(dated)) : null,
    sized.length ? chart(sized, width, null) : null,
    sized.length
      ? make(
          'p',
          { class: 'facts order' },
          `${told.length > sized.length ? `${sized.map((each) => plain(each.name)).join(', ')}: n` : 'N'}ot all reports have a day of publication, so these are in order of the figure, not of time.`,
        )
      : null,
    sized.length && !dated.length ? make('p', { class: 'facts' }, legend(sized)) : null,
  ].filter(Boolean);
}

function legend(all) {
  const figures = all.flatMap(numbered);
  const has = (bound) => figures.some((figure) => figure.bound === bound);
  return [
    '● a number that a report gives',
    has('at_least') ? '▲ ≥ at least' : '',
    has('at_most') ? '▼ ≤ at most' : '',
    has('about') ? '◆ ~ about' : '',
    figures.some((figure) => !figure.whole) ? '■ Σ sum of parts' : '',
    'ring and line: best',
    'band: low to high',
  ]
    .filter(Boolean)
    .join(' · ');
}

function chart(all, width, days) {
  const longest = Math.max(...all.flatMap((series) => ends(series).map(([, said]) => said.length)), 0);
  const inner = { left: PANEL.left, width: width - PANEL.left - 7.4 * longest - 12 };
  const step = PANEL.top + PANEL.height + PANEL.gap;
  const height = step * all.length - 10;
  const said = all.map((series) => spoken(series)).join('; ');
  const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', class: 'chart' });
  svg.setAttribute('aria-label', `${days ? 'Figures over time' : 'Figures by size'}: ${said}`);
  all.forEach((series, i) => svg.append(panel(series, i * step + PANEL.top, inner, days)));
  return svg;
}

const spoken = (series) =>
  shown(
    `${series.name} ${numbered(series)
      .map((figure) =>
        `${boundSaid(figure)} ${number(figure.number)}${figure.published ? ` on ${figure.published}` : ''}`.trim(),
      )
      .join(', ')}; low ${number(series.low)}, best ${number(series.best)}, high ${number(series.high)}`,
  );

function panel(series, top, inner, days) {
  const told = numbered(series);
  const most = Math.max(1, ...told.map((figure) => figure.number), series.high ?? 0) * 1.12;
  const bottom = top + PANEL.height;
  const y = (value) => bottom - (value / most) * (PANEL.height - 4);
  const inset = 22; // room for a number beside the first and the last point
  const x = (share) => inner.left + inset + share * (inner.width - 2 * inset);
  const right = inner.left + inner.width;
  const group = draw('g', {});
  group.append(
    draw('text', { x: inner.left, y: top - 10, class: 'name' }, plain(series.name)),
    draw('line', { x1: inner.left, x2: right, y1: bottom, y2: bottom, class: 'axis' }),
    ...band(series, inner.left, right, y, top, bottom),
  );
  const taken = [];
  const points = placed(
    told,
    (figure, i) => x(days ? days.at(figure.published) : told.length > 1 ? i / (told.length - 1) : 0.5),
    y,
  );
  group.append(draw('polyline', { class: 'line', points: points.map((each) => `${each.x},${each.y}`).join(' ') }));
  for (const each of points) taken.push([each.x - 6, each.y - 6, each.x + 6, each.y + 6]);
  for (const each of points)
    group.append(...mark(each, series), ...label(each, taken, [inner.left, top - 8, right, bottom - 1]));
  group.append(...margin(series, right + 8, y, top, bottom));
  if (days) group.append(...axis(days, x, bottom));
  else if (told.length > 1) {
    group.append(draw('text', { x: inner.left, y: bottom + 14, class: 'tick' }, 'smallest'));
    group.append(draw('text', { x: right, y: bottom + 14, class: 'tick', 'text-anchor': 'end' }, 'largest'));
  }
  return group;
}

/** Points of one day and number stand beside each other. */
function placed(told, x, y) {
  const seen = new Map();
  return told.map((figure, i) => {
    const at = [x(figure, i), y(figure.number)].map((each) => Math.round(each * 10) / 10);
    const before = seen.get(at.join()) || 0;
    seen.set(at.join(), before + 1);
    return { figure, x: at[0] + 9 * (before % 2 ? (before + 1) / 2 : -before / 2), y: at[1] };
  });
}

/** From low to high; open to the side where there is no such number. */
function band(series, left, right, y, top, bottom) {
  const { low, high } = series;
  if (low === null && high === null) return [];
  const from = high === null ? top - 4 : y(high),
    to = low === null ? bottom : y(low);
  const edge = (value) => draw('line', { x1: left, x2: right, y1: y(value), y2: y(value), class: 'edge' });
  return [
    draw('rect', {
      x: left,
      width: right - left,
      y: Math.min(from, to),
      height: Math.max(1, to - from),
      class: 'band',
    }),
    ...[...new Set([low, high])].filter((each) => each !== null).map(edge),
    ...(series.best === null
      ? []
      : [draw('line', { x1: left, x2: right, y1: y(series.best), y2: y(series.best), class: 'best-line' })]),
  ];
}

const isBest = (figure, series) => figure.report === series.best_report;

/** A point in the shape of its bound, with a ring where it says the best number. */
function mark({ figure, x, y }, series) {
  const shape = shapeOf(figure, x, y);
  const source = figure.source ? `, ${figure.source}` : '';
  const day = figure.published ? `${figure.published}: ` : '';
  shape.append(
    draw('title', {}, shown(`${day}“${figure.words.text}”${source}${isBest(figure, series) ? ' (best)' : ''}`)),
  );
  return [...(isBest(figure, series) ? [draw('circle', { cx: x, cy: y, r: 8, class: 'ring' })] : []), shape];
}

function shapeOf(figure, x, y) {
  const path = (...corners) =>
    draw('path', { class: 'point', d: `M${corners.map(([right, down]) => `${x + right},${y + down}`).join('L')}Z` });
  if (!figure.whole) return path([-4, -4], [4, -4], [4, 4], [-4, 4]);
  if (figure.bound === 'at_least') return path([0, -5.5], [5, 4], [-5, 4]);
  if (figure.bound === 'at_most') return path([0, 5.5], [5, -4], [-5, -4]);
  if (figure.bound === 'about') return path([0, -5.5], [5.5, 0], [0, 5.5], [-5.5, 0]);
  return draw('circle', { cx: x, cy: y, r: 4.5, class: 'point' });
}

/** The number of a point, where there is room for it. */
function label({ figure, x, y }, taken, [left, top, right, bottom]) {
  const said = bounded(figure),
    wide = 7 * said.length + 2;
  const spots = [
    [x - wide / 2, y - 11],
    [x + 10, y + 4],
    [x - 10 - wide, y + 4],
    [x - wide / 2, y + 20],
  ];
  for (const [from, below] of spots) {
    const box = [from, below - 11, from + wide, below + 1];
    const inside = box[0] >= left && box[1] >= top && box[2] <= right && box[3] <= bottom;
    const free = taken.every((each) => box[2] < each[0] || each[2] < box[0] || box[3] < each[1] || each[3] < box[1]);
    if (!inside || !free) continue;
    taken.push(box);
    return [draw('text', { x: from, y: below, class: 'number' }, said)];
  }
  return [];
}

/** Low, best and high, each number once, the largest first: [number, "21 best/high"]. */
function ends(series) {
  const named = new Map();
  for (const name of ['low', 'best', 'high'])
    if (series[name] !== null) named.set(series[name], [...(named.get(series[name]) || []), name]);
  return [...named].sort(([a], [b]) => b - a).map(([value, names]) => [value, `${number(value)} ${names.join('/')}`]);
}

/** The same at the right edge, one above the other. */
function margin(series, x, y, top, bottom) {
  const lines = ends(series).map(([value, said]) => ({ value, said, y: y(value) + 4 }));
  lines.forEach((line, i) => {
    line.y = Math.max(line.y, i ? lines[i - 1].y + 14 : top + 4);
  });
  for (let i = lines.length - 1; i >= 0; i -= 1)
    lines[i].y = Math.min(lines[i].y, i < lines.length - 1 ? lines[i + 1].y - 14 : bottom);
  return lines.map((line) =>
    draw('text', { x, y: line.y, class: line.value === series.best ? 'end best' : 'end' }, line.said),
  );
}

/** Days below the line, where there is room; and where time was cut short. */
function axis(days, x, bottom) {
  const drawn = [];
  const ticks = [...days.all.keys()];
  const order = [0, ticks.length - 1, ...ticks.slice(1, -1)].filter((i, at, all) => all.indexOf(i) === at);
  const boxes = [];
  for (const i of order) {
    const day = days.all[i],
      at = x(days.at(day));
    drawn.push(draw('line', { x1: at, x2: at, y1: bottom, y2: bottom + 4, class: 'axis' }));
    const said = `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}${i === 0 || (i === ticks.length - 1 && day.slice(0, 4) !== days.all[0].slice(0, 4)) ? ` ${day.slice(0, 4)}` : ''}`;
    const wide = 6.4 * said.length;
    const anchor = i === 0 && ticks.length > 1 ? 'start' : i === ticks.length - 1 && i ? 'end' : 'middle';
    const from = anchor === 'start' ? at - 6 : anchor === 'end' ? at + 6 - wide : at - wide / 2;
    if (boxes.some(([left, right]) => from < right + 6 && left < from + wide + 6)) continue;
    boxes.push([from, from + wide]);
    drawn.push(draw('text', { x: from, y: bottom + 16, class: 'tick' }, said));
  }
  for (const [place, gap] of days.breaks) {
    const at = x(place),
      said = `${gap} days`,
      wide = 6.4 * said.length;
    drawn.push(draw('path', { d: `M${at - 5},${bottom + 4}l4,-8m2,8l4,-8`, class: 'break' }));
    if (boxes.some(([left, right]) => at - wide / 2 < right + 6 && left < at + wide / 2 + 6)) continue;
    boxes.push([at - wide / 2, at + wide / 2]);
    drawn.push(draw('text', { x: at, y: bottom + 16, class: 'tick', 'text-anchor': 'middle' }, said));
  }
  return drawn;
}
