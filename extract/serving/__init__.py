"""Articles over HTTP: `extract serve`.

`application` is what is answered where; `gate` lets requests in and writes the log; `sending` makes an article of what is
sent (`multipart`: of the form of a browser); `desk` has the places, the queue and the work; `answering` says results as a line, as events or as a page;
`opening` opens what is asked, and `keeping` keeps answers in a run file; `forms` are the pages for people, `describing`
the one for programs; `refusing` is how requests are refused; `listening` is the socket, and how it all ends.
"""
