/** The modes of the pipeline: which phases each runs. */
import { PHASES, type Phase } from '../lake/jobs.js';

interface ModeSpec {
  phases: readonly Phase[];
  /** Without named associations it means all of config. */
  all: boolean;
  /** Opens a new job; the others go on with the newest. */
  opens: boolean;
}

const EXTRACT = ['INIT', 'GATEKEEPER', 'DISCOVERY', 'CLASSIFICATION', 'EXTRACTION'] as const;
const ENRICH = ['ENRICHMENT'] as const;
const VALIDATE = ['VALIDATION'] as const;

export type Mode = 'full' | 'extract' | 'extract-all' | 'enrich' | 'enrich-all' | 'validate' | 'validate-all';

export const MODES: Readonly<Record<Mode, ModeSpec>> = {
  full: { phases: PHASES, all: false, opens: true },
  extract: { phases: EXTRACT, all: false, opens: true },
  'extract-all': { phases: EXTRACT, all: true, opens: true },
  enrich: { phases: ENRICH, all: false, opens: false },
  'enrich-all': { phases: ENRICH, all: true, opens: false },
  validate: { phases: VALIDATE, all: false, opens: false },
  'validate-all': { phases: VALIDATE, all: true, opens: false },
};
