/** What a person reads when a run ends with something they must mend. */
import { expect } from 'vitest';
import type { Outcome } from './world.js';

/** The run ended with this exit code and one paragraph on stderr: no stack trace, no empty line, no blame. */
export function expectParagraph(outcome: Outcome, code: number, ...said: (string | RegExp)[]): void {
  const text = outcome.stderr.trim();
  expect({ code: outcome.code, text, stdout: outcome.code === code ? '' : outcome.stdout }).toEqual({
    code,
    text: expect.any(String),
    stdout: '',
  });
  expect(text).not.toBe('');
  expect(text, 'a stack trace').not.toMatch(/^\s+at |node:internal|\.ts:\d+:\d+/m);
  expect(text, 'an empty line').not.toMatch(/\n\s*\n/);
  expect(text).not.toContain('fault of the workbench');
  for (const word of said) expect(text).toMatch(typeof word === 'string' ? literally(word) : word);
}

const literally = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
