/** DNS that lies: what a name resolves to is checked when the connection is made. */
import type { LookupAddress } from 'node:dns';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openTransport } from '../../../lib/web/transport.js';
import { serve } from '../../support/http.js';

const answers: LookupAddress[][] = [];
const asked: string[] = [];
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (name: string, _options: object, done: (e: Error | null, found: LookupAddress[]) => void) => {
    asked.push(name);
    done(null, answers.shift() ?? []);
  },
}));
afterEach(() => {
  answers.length = 0;
  asked.length = 0;
});

const v4 = (address: string): LookupAddress => ({ address, family: 4 });

async function ask(resolved: LookupAddress[]) {
  const server = await serve(() => ({ body: 'secret' }));
  const transport = openTransport({ kind: 'internet' }, { connectTimeoutMs: 300 });
  onTestFinished(() => transport.close());
  answers.push(resolved);
  const url = new URL(`http://rebind.example.com:${server.port}/`);
  const error = await transport
    .exchange({ url, method: 'GET', headers: {}, body: null, deadlineMs: 600, maxBytes: 1000 })
    .then(
      () => expect.unreachable(),
      (e: unknown) => e,
    );
  expect(server.log).toEqual([]);
  return error;
}

describe('a public name', () => {
  test.each([['127.0.0.1'], ['10.0.0.1'], ['169.254.169.254'], ['192.168.1.1'], ['0.0.0.0']])(
    'that resolves to %s is refused before anything is sent',
    async (address) => {
      expect(await ask([v4(address)])).toMatchObject({ name: 'Refused', code: 'ADDRESS_GUARD' });
      expect(asked).toEqual(['rebind.example.com']);
    },
  );

  test.each(['::1', '::ffff:127.0.0.1', 'fd00::1', '64:ff9b::7f00:1'])(
    'that resolves to %s too',
    async (address) => {
      expect(await ask([{ address, family: 6 }])).toMatchObject({ name: 'Refused', code: 'ADDRESS_GUARD' });
    },
  );

  test('that resolves to private addresses only, several of them, too', async () => {
    expect(await ask([v4('127.0.0.1'), v4('10.0.0.1')])).toMatchObject({ code: 'ADDRESS_GUARD' });
  });

  test('that resolves to both is asked at the public one only', async () => {
    const error = (await ask([v4('127.0.0.1'), v4('198.41.0.4')])) as Error;
    expect(error.name).toBe('RetryLater'); // nobody answers there, and loopback was not tried instead
  });

  test('that resolves to nothing is refused', async () => {
    expect(await ask([])).toMatchObject({ name: 'Refused' });
  });
});
