// Somebody's website: a page that embeds the widget by its snippet, on an origin of its own.
import { createServer } from 'node:http';

/** Serves the page; `snippet` may be set later. Returns `{url, snippet, stop()}`. */
export async function startHostPage() {
  const site = { snippet: '' };
  const server = createServer((request, response) => {
    if (new URL(request.url, 'http://host').pathname !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>Harbour Books</title></head>
<body style="font-family: sans-serif; margin: 4rem auto; max-width: 40rem; padding: 0 1rem"><h1>Harbour Books</h1><p>Second-hand books by post.</p>${site.snippet}</body></html>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  site.url = `http://127.0.0.1:${server.address().port}/`;
  site.stop = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  return site;
}
