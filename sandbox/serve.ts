/** The sandbox as a process of its own: one JSON line on stdout when it is ready, then it serves until told to stop. */
import { parseArgs } from 'node:util';
import type { FaultDial } from './faults.js';
import { startSandbox } from './server.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    size: { type: 'string', default: '1' },
    today: { type: 'string', default: '2026-11-23' },
    log: { type: 'string' },
    port: { type: 'string', default: '0' },
    'tls-port': { type: 'string', default: '0' },
    faults: { type: 'string', default: '{}' },
    limits: { type: 'string', default: '1' },
    'with-parent': { type: 'boolean', default: false },
  },
});

const number = (name: 'seed' | 'size' | 'port' | 'tls-port' | 'limits'): number => {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  process.stderr.write(`--${name} must be a number, not "${values[name]}"\n`);
  process.exit(2);
};

if (!/^\d{4}-\d\d-\d\d$/.test(values.today)) {
  process.stderr.write(`--today must be a day such as 2026-11-23, not "${values.today}"\n`);
  process.exit(2);
}

const sandbox = await startSandbox({
  seed: number('seed'),
  size: number('size'),
  today: values.today,
  log: values.log ?? null,
  port: number('port'),
  tlsPort: number('tls-port'),
  faults: JSON.parse(values.faults) as FaultDial,
  limitFactor: number('limits'),
});

let stopping = false;
const stop = (why: string): void => {
  if (stopping) return;
  stopping = true;
  process.stderr.write(`sandbox: ${why}, closing\n`);
  void sandbox.close().then(() => process.exit(0));
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
if (values['with-parent']) {
  // the pipe closes when the parent goes, however it goes
  process.stdin.on('end', () => stop('parent gone')).on('error', () => stop('parent gone'));
  process.stdin.resume();
}

const { seed, size } = sandbox.world;
process.stderr.write(
  `sandbox: ${sandbox.world.companies.length} companies, http on ${sandbox.http}, https on ${sandbox.https}\n`,
);
process.stdout.write(
  `${JSON.stringify({ ready: true, pid: process.pid, http: sandbox.http, https: sandbox.https, seed, size })}\n`,
);
