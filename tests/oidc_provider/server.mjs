// A real provider of OpenID Connect for tests: invented persons, whose groups a test changes while it runs.
// It prints one line when it answers, the last word of which is its address. Its own pages ask for a name and a consent.

import { createServer } from 'node:http';
import * as library from 'oidc-provider';

const Provider = library.Provider ?? library.default;
const people = new Map(JSON.parse(process.env.PEOPLE).map((person) => [person.sub, person]));
const returns = JSON.parse(process.env.RETURN_URLS);
// A person who is revoked is not found any more: neither their access token nor their refresh token is worth anything.
const revoked = new Set();

const client = (id, more) => ({ client_id: id, redirect_uris: returns, response_types: ['code'], ...more });

const configuration = {
  clients: [
    client('secret', { client_secret: 'an-invented-client-secret', grant_types: ['authorization_code', 'refresh_token'] }),
    client('public', { token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] }),
  ],
  claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
  cookies: { keys: ['an invented key of the tests'] },
  pkce: { required: () => true },
  ttl: { AccessToken: () => Number(process.env.ACCESS_TOKEN_LIVES), Session: 3600, Grant: 3600, IdToken: 3600, Interaction: 600 },
  issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  findAccount: async (_context, id) => {
    const person = people.get(id);
    return person && !revoked.has(id) ? { accountId: id, claims: async () => ({ ...person }) } : undefined;
  },
};

const server = createServer();
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  const answer = new Provider(issuer, configuration).callback();
  server.on('request', (request, response) => {
    const [, area, act, person] = request.url.split('/');
    if (area !== 'test') return answer(request, response);
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      if (act === 'groups') people.get(person).groups = JSON.parse(body);
      if (act === 'name') people.get(person).name = JSON.parse(body);
      if (act === 'revoke') revoked.add(person);
      if (act === 'restore') revoked.delete(person);
      response.end();
    });
  });
  console.log(`listening on ${issuer}`);
});
