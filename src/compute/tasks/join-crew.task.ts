/** A thread lent to a fit that another leads, until that fit is over. */
import { type CrewOffer, joinCrew } from '../crew.js';
import { defineTask } from '../task.js';

export const joinCrewTask = defineTask({
  name: 'joinCrew',
  run: ({ offer, lane }: { readonly offer: CrewOffer; readonly lane: number }, context) =>
    joinCrew(offer, lane, context.shouldStop),
});
