/** The providers there are, in no order: who is asked first is config. */
import { apollo } from './apollo.js';
import { builtwith } from './builtwith.js';
import { clearbit } from './clearbit.js';
import type { Provider } from './provider.js';

export const PROVIDERS: readonly Provider[] = [clearbit, apollo, builtwith];
