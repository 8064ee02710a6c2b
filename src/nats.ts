export { natsStore } from './stores/nats-store.js';
export type { NatsStoreOptions } from './stores/nats-store.js';
