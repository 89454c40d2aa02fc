// What the page knows; see content.py and stories.py of extract/views/page.

const DATA = JSON.parse(document.getElementById('data').textContent);
