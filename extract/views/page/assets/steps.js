// What a person did here: a list of steps, kept in the browser, undone step by step, and downloaded as one file.

class Steps {
  /**
   * @param {string} key under which the browser keeps them
   * @param {string} noun what one of them is called
   * @param {(step) => boolean} isStep whether what the browser kept is one
   */
  constructor(key, noun, isStep) {
    this.key = key;
    this.noun = noun;
    this.steps = [];
    this.by = '';
    this.kept = true;
    this.saved = true; // downloaded, or nothing to download
    this.load(isStep);
  }

  load(isStep) {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) || 'null');
      if (found && Array.isArray(found.steps)) this.steps = found.steps.filter(isStep);
      this.by = String(localStorage.getItem('attested-by') || '');
      this.saved = !this.steps.length;
    } catch {
      this.kept = false; // opened from disk, some browsers keep nothing
    }
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ steps: this.steps }));
      localStorage.setItem('attested-by', this.by);
      this.kept = true;
    } catch {
      this.kept = false;
    }
  }

  /** Adds a step, with a number of its own, the time and who says it. */
  add(step) {
    const serial = 1 + Math.max(0, ...this.steps.map((each) => each.serial));
    this.steps.push({ ...step, serial, at: new Date().toISOString().replace(/\.\d+Z$/, 'Z'), by: this.by });
    this.changed();
    return serial;
  }

  undo() {
    const step = this.steps.pop() || null;
    this.changed();
    return step;
  }

  changed() {
    this.saved = !this.steps.length;
    this.keep();
  }

  /** The head's buttons: how many there are, and whether they are kept. */
  show() {
    const count = this.steps.length;
    $('undo').disabled = $('download').disabled = !count;
    $('download').textContent = `Download ${count ? counted(count, this.noun) : `${this.noun}s`}`;
    $('keeping').hidden = this.kept || !count;
  }

  /** Puts the file where downloads go. */
  download(file) {
    const text = `${JSON.stringify(file, null, 1)}\n`;
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = make('a', { href: url, download: `${DATA.name}-${this.noun}s.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    this.saved = true;
  }

  /** Makes the head's buttons do what they say. */
  listen(undo, download) {
    $('by').value = this.by;
    $('by').addEventListener('change', () => {
      this.by = $('by').value.trim();
      this.keep();
    });
    $('undo').addEventListener('click', undo);
    $('download').addEventListener('click', download);
    $('help-button').addEventListener('click', () => $('help').showModal());
    window.addEventListener('beforeunload', (event) => {
      if (!this.kept && !this.saved) event.preventDefault();
    });
  }
}
