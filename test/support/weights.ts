/** What page types are told by, as the project's own config has it. */
import { loadClassification, loadConfig } from '../../lib/config.js';

export const weights = await loadClassification(await loadConfig());
