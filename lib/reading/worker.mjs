// The entry of a reading worker: workers do not inherit tsx's hooks on Node 20, so it registers them by itself.
import { register } from 'tsx/esm/api';

register();
await import('./worker-main.ts');
