// JSON over HTTP, failing loudly.

/** Sends a request and returns the decoded answer (null for an empty one); throws unless the status is 2xx. */
export async function json(method, url, { headers = {}, body } = {}) {
  const response = await fetch(url, {
    method,
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return text ? JSON.parse(text) : null;
}

/** Posts a mail to the relay ingress as the piping command does; returns the status. */
export async function postMail(server, message) {
  const credentials = Buffer.from(`actionmailbox:${server.ingressPassword}`).toString('base64');
  const response = await fetch(server.ingressUrl, {
    method: 'POST',
    headers: { Authorization: `Basic ${credentials}`, 'Content-Type': 'message/rfc822' },
    body: message,
  });
  await response.arrayBuffer();
  return response.status;
}
