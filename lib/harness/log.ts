/** The log of a job, `logs/<job-id>.log`: one JSON object a line, level in capitals, secrets redacted by value. */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { packageRoot } from '../lake/package-root.js';
import type { Redact } from './redact.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type Log = pino.Logger;

/** `LOGS`, or `logs/` of the project. */
export const logFile = (jobId: string, env: NodeJS.ProcessEnv = process.env): string =>
  path.resolve(env.LOGS ?? path.join(packageRoot(), 'logs'), `${jobId}.log`);

export function openLog(options: {
  jobId: string;
  level: LogLevel;
  redact: Redact;
  file: string | null;
}): Log {
  const { file } = options;
  if (file) mkdirSync(path.dirname(file), { recursive: true });
  const sink = {
    write(line: string) {
      if (file) appendFileSync(file, options.redact(line));
    },
  };
  return pino(
    {
      level: file ? options.level : 'silent',
      base: { job_id: options.jobId, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      messageKey: 'message',
    },
    sink,
  );
}
