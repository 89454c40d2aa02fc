// Evidence in words: what speaks for it that reports are one, and what against it.

const ABOUT = {
  prior: 'to begin with',
  tolls: 'figures',
  words: 'words in common',
  role: 'what the articles are about',
  contradiction: 'cannot be',
};

const aboutOf = (name) => (hasOwn(ABOUT, name) ? ABOUT[name] : plain(name));

const STRENGTHS = [
  [3, 'strongly'],
  [1.5, 'clearly'],
  [0.5, 'somewhat'],
  [0, 'slightly'],
];

const signed = (weight) => `${weight < 0 ? '−' : '+'}${Math.abs(weight).toFixed(1)}`;

const bits = (weight) => `${signed(weight)} ${Math.abs(weight) === 1 ? 'bit' : 'bits'}`;

/** How much a weight says: "strongly for it". */
function strength(weight) {
  if (!weight) return 'rules it out';
  const [, said] = STRENGTHS.find(([least]) => Math.abs(weight) >= least);
  return `${said} ${weight < 0 ? 'against it' : 'for it'}`;
}

/** All evidence of a link as a list to be unfolded, what says most first; nothing where there is none. */
function allEvidence(link) {
  if (!link.evidence.length) return null;
  const all = [...link.evidence].sort((a, b) => Math.abs(b.weight || 99) - Math.abs(a.weight || 99));
  const points = make(
    'ul',
    { class: 'points' },
    ...all.map(({ about, said, weight }) =>
      make(
        'li',
        { class: weight > 0 ? 'for' : 'against' },
        make('span', { class: 'bits' }, weight ? signed(weight) : '≠'),
        ' ',
        make('b', {}, aboutOf(about)),
        ' ',
        words(said),
        make('span', { class: 'strength' }, ` · ${strength(weight)}`),
      ),
    ),
  );
  return make('details', {}, make('summary', {}, 'All evidence'), points);
}

/** What speaks for a link and against it, by name, those that say most first. */
function inShort(link) {
  const named = (isFor) =>
    link.evidence
      .filter(({ about, weight }) => about !== 'prior' && (isFor ? weight > 0 : weight < 0))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .map(({ about }) => aboutOf(about));
  const said = [
    [named(true), 'for it'],
    [named(false), 'against it'],
  ];
  return said
    .filter(([names]) => names.length)
    .map(([names, side]) => `${names.join(', ')} ${side}`)
    .join('; ');
}

/** Why a report is in its story. */
function whyHere(report, story) {
  const link = report.because;
  if (!story.hasSeveral) return ['The only report of its story.'];
  if (!link) return ['The file does not say.'];
  const other = story.numberOf.get(link.report);
  return [
    link.by ? make('p', { class: 'by' }, '✎ said by ', words(link.by)) : null,
    make(
      'p',
      {},
      other ? `With report ${other}: ` : 'With ',
      other ? null : words(link.report),
      bits(link.weight),
      '.',
    ),
    make('p', {}, inShort(link)),
    allEvidence(link),
  ].filter(Boolean);
}

/** Why the reports of a story are one, over all of its links. */
function whyOne(story) {
  if (!story.hasSeveral) return 'One report: none other is near enough to it.';
  const links = story.reports.map((report) => report.because).filter(Boolean);
  const sides = [new Map(), new Map()];
  for (const link of links)
    for (const { about, weight } of link.evidence) {
      if (about === 'prior' || !weight) continue;
      const side = sides[weight > 0 ? 0 : 1];
      const [count, sum] = side.get(about) || [0, 0];
      side.set(about, [count + 1, sum + Math.abs(weight)]);
    }
  const [forIt, against] = sides.map((side) =>
    [...side]
      .sort(([, a], [, b]) => b[1] - a[1])
      .map(([about, [count]]) => `${aboutOf(about)} (${count} of ${links.length})`)
      .join(', '),
  );
  const people = links.filter((link) => link.by).length;
  return [
    'Each report is here for the other one that it has most in common with.',
    people ? `For ${people} of ${links.length} a person said so.` : '',
    forIt ? `For it speak: ${forIt}.` : '',
    against ? `Against it: ${against}.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}
