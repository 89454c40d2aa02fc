// What the run says; see extract/views/page/content.py.

const DATA = JSON.parse(document.getElementById('data').textContent);
