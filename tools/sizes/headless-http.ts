// The same with the store of the status server: a test compares the two.
export * from '../../src/headless.js';
export * from '../../src/http.js';
