/** Chapter 4: days of order flow, from raw bytes to a model. */

import { checkManifest, showBaseline } from './books/learning.js';
import { makeDays } from './books/make-days.js';
import { findInStage1, learnFromMinutes } from './books/minute-bars.js';
import { audit, showQuality } from './books/quality.js';
import { seekBook } from './books/seek.js';
import { checkZones } from './books/zones.js';
import type { Chapter } from './journey.js';

export const books: Chapter = {
  name: 'books',
  title: 'Order books: from raw records to checked training data',
  needs: [],
  async tell(journey) {
    const { screen } = journey;
    screen.line(
      '  These days are simulated: no npm package holds recorded order books, so a seeded model of order flow writes real',
    );
    screen.line(
      '  DBN files under the names of real symbols. What is found in them is true of the model, not of any market.',
    );
    await makeDays(journey);
    await checkZones(journey);
    await showQuality(journey);
    await audit(journey);
    await seekBook(journey);
    await checkManifest(journey);
    await showBaseline(journey);
    await findInStage1(journey);
    await learnFromMinutes(journey);
  },
};
