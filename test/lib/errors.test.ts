import { describe, expect, test } from 'vitest';
import {
  EnvironmentError,
  FailPartition,
  Interrupted,
  isExpected,
  messageOf,
  PartitionLocked,
  Refused,
  RetryLater,
  SkipRecord,
  ThresholdStop,
  UserError,
} from '../../lib/errors.js';

describe('errors are classed by what the runner must do', () => {
  test.each([
    [new RetryLater('x'), 'RetryLater', 'RETRY_LATER', 1],
    [new SkipRecord('x'), 'SkipRecord', 'SKIP_RECORD', 1],
    [new FailPartition('x'), 'FailPartition', 'FAIL_PARTITION', 1],
    [new PartitionLocked('x'), 'PartitionLocked', 'PARTITION_LOCKED', 1],
    [new EnvironmentError('x'), 'EnvironmentError', 'ENVIRONMENT', 1],
    [new UserError('x'), 'UserError', 'USER_ERROR', 2],
    [new Refused('x'), 'Refused', 'REFUSED', 3],
    [new ThresholdStop('x'), 'ThresholdStop', 'THRESHOLD', 4],
    [new Interrupted(), 'Interrupted', 'INTERRUPTED', 130],
  ])('%s', (error, name, code, exitCode) => {
    expect(error).toMatchObject({ name, code, exitCode, context: {} });
    expect(isExpected(error)).toBe(true);
  });

  test('carry their code, cause and context', () => {
    const cause = new Error('deep');
    const error = new RetryLater('top', { code: 'NETWORK', cause, context: { url: 'x' }, retryAfterMs: 5 });
    expect(error).toMatchObject({ code: 'NETWORK', cause, context: { url: 'x' }, retryAfterMs: 5 });
    expect(messageOf(error)).toBe('top (deep)');
  });

  test('anything thrown has a message', () => {
    expect(messageOf('text')).toBe('text');
    expect(messageOf(undefined)).toBe('undefined');
    expect(messageOf(new Error('a', { cause: new Error('b', { cause: 'c' }) }))).toBe('a (b (c))');
    expect(isExpected(new Error('x'))).toBe(false);
  });
});
