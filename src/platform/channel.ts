/** Whether the pages of this browser can send messages to each other. */
export function hasChannels(): boolean {
  return typeof BroadcastChannel !== 'undefined';
}

/** Opens the channel of that name, over which the pages of one origin hear each other. Close it when it is no longer needed. */
export function openChannel(name: string): BroadcastChannel {
  return new BroadcastChannel(name);
}
