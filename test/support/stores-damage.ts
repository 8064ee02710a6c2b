import { memoryDocuments } from '../../src/stores/documents/memory-backend.js';

/** Puts a document into a memory store's place, behind the store's back: `null` names the account. */
export async function damageMemory(account: string, agentId: string | null, document: unknown): Promise<void> {
  await memoryDocuments(`memory:${account}`).write(agentId ?? '', () => document ?? null);
}
