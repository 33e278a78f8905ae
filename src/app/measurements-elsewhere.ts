/** The measurement store of a process that has none: a worker leaves those jobs to the server, and says so if asked all the same. */
import { errors } from '#base/errors.js';
import type { MeasurementStore } from '#data/timeseries/port.js';

const refuseAtOnce = (): never => {
  throw errors.storeUnavailable('the measurements belong to the server process');
};
const refuse = async (): Promise<never> => refuseAtOnce();

export const measurementsElsewhere: MeasurementStore = {
  backend: 'embedded',
  list: refuse,
  find: refuse,
  append: refuse,
  checkCsv: refuseAtOnce,
  importCsv: refuse,
  query: refuse,
  exportCsv: refuse,
  readDoubles: refuse,
  readRows: refuseAtOnce,
  drop: refuse,
  close: async () => {},
};
