/**
 * A lake belongs to one world, real or sandbox, for good: invented companies never mix with real ones. The world is
 * written in the lake when it begins.
 */
import { z } from 'zod';
import { UserError } from '../errors.js';
import { readIfThere, writeAtomically } from './files.js';
import { LAKE_FORMAT, worldFile } from './paths.js';

const worldSchema = z.discriminatedUnion('world', [
  z.object({ format: z.number().int(), world: z.literal('real'), created_at: z.string() }),
  z.object({
    format: z.number().int(),
    world: z.literal('sandbox'),
    created_at: z.string(),
    /** What the sandbox is grown from, so that every later run meets the same one. */
    seed: z.number().int(),
    size: z.number(),
    /** How much faster than the machine's clock this world's waits go by. */
    speed: z.number().positive(),
  }),
]);
export type World = z.infer<typeof worldSchema>;

/** The world of a lake; null for a lake that has not begun. Throws `UserError` for a lake of another format. */
export async function readWorld(root: string): Promise<World | null> {
  const file = worldFile(root);
  const text = await readIfThere(file);
  if (text === null) return null;
  const parsed = worldSchema.safeParse(safeJson(text));
  if (!parsed.success) {
    throw new UserError(
      `${file} is not readable as the mark of a lake. Restore it from a backup, or begin a new lake with LAKE=<folder>.`,
    );
  }
  if (parsed.data.format !== LAKE_FORMAT) {
    throw new UserError(
      `The lake at ${root} has format ${parsed.data.format}; this version reads format ${LAKE_FORMAT}. Begin a new lake with LAKE=<folder>.`,
    );
  }
  return parsed.data;
}

/** Checks that a run of world `wanted` may write here, and begins the lake when it is new. */
export async function enterWorld(root: string, wanted: World): Promise<World> {
  const there = await readWorld(root);
  if (there === null) {
    await writeAtomically(worldFile(root), `${JSON.stringify(wanted)}\n`);
    return wanted;
  }
  if (there.world !== wanted.world) {
    throw new UserError(
      `The lake at ${root} belongs to the ${there.world} world; this run is of the ${wanted.world} world, and the two never mix. ` +
        `Begin a new lake: LAKE=${root}-${wanted.world} with the same command.`,
      { code: 'OTHER_WORLD' },
    );
  }
  return there;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
