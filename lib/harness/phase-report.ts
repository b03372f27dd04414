/** How a phase is getting on, for everybody who looks: the event stream and the job's state. */
import type { Recipe } from './recipe.js';
import type { PhaseStatus } from './run-phase.js';
import type { Session } from './session.js';

/** Events of progress at most this often, per phase and association. */
const PROGRESS_EVERY_MS = 200;

export class PhaseReport {
  private lastProgress = 0;
  private progressStarted = 0;
  private readonly session: Session;
  private readonly recipe: Recipe;
  private readonly association: string | null;

  constructor(session: Session, recipe: Recipe, association: string | null) {
    this.session = session;
    this.recipe = recipe;
    this.association = association;
  }

  progress(done: number, total: number | null, unit: string, errors: number): void {
    const now = performance.now();
    if (this.progressStarted === 0) this.progressStarted = now;
    if (now - this.lastProgress < PROGRESS_EVERY_MS && done !== total) return;
    this.lastProgress = now;
    const seconds = (now - this.progressStarted) / 1000;
    const rate = seconds > 0.5 ? done / seconds : null;
    this.session.events.emit(this.recipe.phase, this.association, {
      event: 'progress',
      done,
      total,
      unit,
      errors: errors,
      rate_per_s: rate,
      eta_s: rate && total !== null && rate > 0 ? (total - done) / rate : null,
    });
  }

  started(resumed: boolean): void {
    const { session, recipe, association } = this;
    session.events.emit(recipe.phase, association, { event: 'phase_started', resumed });
    session.updateJob((job) => {
      job.current_phase = recipe.phase;
      job.status = 'running';
      if (association !== null && !job.associations.includes(association)) job.associations.push(association);
      job.phases[this.key] = {
        status: 'running',
        started_at: new Date().toISOString(),
        finished_at: null,
        counts: {},
        error: null,
      };
    });
  }

  finished(
    status: PhaseStatus,
    counts: Record<string, number>,
    error: string | null,
    durationMs: number,
  ): void {
    const { session, recipe, association } = this;
    session.events.emit(recipe.phase, association, {
      event: 'phase_finished',
      status: status === 'to_be_continued' ? 'interrupted' : status,
      counts,
      duration_ms: Math.round(durationMs),
      error,
    });
    session.updateJob((job) => {
      if (status === 'up_to_date') {
        // The state says when it was done; a kill or a harvest set aside since may have left another word there.
        const held = job.phases[this.key];
        if (held && held.status !== 'done') Object.assign(held, { status: 'done', error: null });
        return;
      }
      if (recipe.phase === 'PERSIST' && status === 'done') job.current_phase = 'DONE';
      const before = job.phases[this.key];
      job.phases[this.key] = {
        status,
        started_at: before?.started_at ?? new Date().toISOString(),
        finished_at: new Date().toISOString(),
        counts,
        error,
      };
    });
  }

  private get key(): string {
    return this.association === null ? this.recipe.phase : `${this.recipe.phase}.${this.association}`;
  }
}
