/** Several recipes in order over several associations. */
import { ExitCode } from '../errors.js';
import type { Recipe } from './recipe.js';
import { type PhaseResult, runPhase } from './run-phase.js';
import type { Session } from './session.js';

/**
 * Runs recipes in their order: those of one association one after the other, associations side by side, those that span
 * them when all are through. An association that fails stays where it is; the others go on, and what spans them works
 * on what is good. Nothing is done after an interruption.
 */
export async function runPipeline(
  session: Session,
  recipes: readonly Recipe[],
  associations: readonly string[],
  options: { force: boolean },
): Promise<PhaseResult[]> {
  session.updateJob((job) => {
    job.status = 'running';
    job.associations = [...new Set([...job.associations, ...associations])];
    job.mode = session.phaseOptions.mode;
  });
  session.events.emit('', null, {
    event: 'run_started',
    mode: session.phaseOptions.mode,
    associations: [...associations],
    phases: recipes.map((r) => r.phase),
    dry_run: session.dryRun,
  });
  const results: PhaseResult[] = [];
  const stopped = () =>
    session.abort.signal.aborted || results.some((r) => r.exitCode === ExitCode.interrupted);
  const unable = new Set<string>();

  for (const block of blocksOf(recipes)) {
    if (stopped()) break;
    if (block.grain === 'association') {
      await Promise.all(
        associations.map(async (association) => {
          for (const recipe of block.recipes) {
            if (stopped() || unable.has(association)) return;
            const result = await runPhase(session, recipe, association, { force: options.force });
            results.push(result);
            if (result.exitCode !== ExitCode.done || result.status === 'to_be_continued')
              unable.add(association);
          }
        }),
      );
    } else {
      if (unable.size === associations.length) break; // nothing new to span
      for (const recipe of block.recipes) {
        if (stopped()) break;
        const result = await runPhase(session, recipe, null, { force: options.force });
        results.push(result);
        if (result.exitCode !== ExitCode.done) return finish(session, results);
      }
    }
  }
  return finish(session, results);
}

function finish(session: Session, results: PhaseResult[]): PhaseResult[] {
  const failed = results.some((r) => r.exitCode !== ExitCode.done);
  const unfinished = session.abort.signal.aborted || results.some((r) => r.status === 'to_be_continued');
  session.updateJob((job) => {
    if (failed && !session.abort.signal.aborted) job.current_phase = 'FAILED';
    else if (!unfinished) {
      job.current_phase = 'DONE';
      job.status = 'done';
    }
  });
  return results;
}

/** Recipes in order, parted where the grain changes. */
function blocksOf(recipes: readonly Recipe[]): { grain: Recipe['grain']; recipes: Recipe[] }[] {
  const blocks: { grain: Recipe['grain']; recipes: Recipe[] }[] = [];
  for (const recipe of recipes) {
    const last = blocks.at(-1);
    if (last?.grain === recipe.grain) last.recipes.push(recipe);
    else blocks.push({ grain: recipe.grain, recipes: [recipe] });
  }
  return blocks;
}
