/** The providers, in no particular order: the order of asking is config. Adding one is a file and a line here. */
import { apollo } from './apollo.js';
import { builtwith } from './builtwith.js';
import { clearbit } from './clearbit.js';
import type { Provider } from './provider.js';

export const providers: readonly Provider[] = [apollo, builtwith, clearbit];
