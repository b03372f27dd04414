/** Changes a job's state many times, beside others that do the same. */
import { type Job, updateJob } from '../../../lib/lake/jobs.js';

const [root = '', name = 'a', times = '100'] = process.argv.slice(2);
const fresh = (): Job => ({
  job_id: 'job-1',
  associations: [],
  mode: 'full',
  dry_run: false,
  status: 'running',
  current_phase: 'INIT',
  started_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  phases: {},
  phase_progress: {},
});
for (let i = 0; i < Number(times); i += 1) {
  updateJob(root, 'job-1', fresh, (job) => {
    job.associations.push(`${name}${i}`);
    const both = job.phase_progress.both ?? { done: 0, total: null, unit: 'changes' };
    job.phase_progress.both = { ...both, done: both.done + 1 };
  });
}
