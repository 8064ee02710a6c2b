import type { FaultyStore } from './faulty-store.js';
import { bindSwitches, part } from './page-parts.js';
import type { PhoneSimulator } from './phone-simulator.js';

type Trouble = 'frozen' | 'refusing' | 'offline' | 'unplugged' | 'notesRefused';

/** Binds the switches of the faults; the answer says whether the helpdesk refuses the notes. */
export function showTrouble(store: FaultyStore, phone: PhoneSimulator): () => boolean {
  let notesRefused = false;
  const show = bindSwitches<Trouble>(
    part('trouble'),
    {
      frozen: ['responding', 'not responding'],
      refusing: ['accepted', 'will be refused'],
      offline: ['online', 'offline'],
      unplugged: ['connected', 'call reports are lost'],
      notesRefused: ['saved in the ticket', 'refused on closing'],
    },
    {
      read: () => ({ ...store.faults, unplugged: !phone.plugged, notesRefused }),
      write: (name, on) => {
        if (name === 'unplugged') phone.plugged = !on;
        else if (name === 'notesRefused') notesRefused = on;
        else store.setFaults({ [name]: on });
      },
    },
  );
  store.watchFaults(show);
  return () => notesRefused;
}
