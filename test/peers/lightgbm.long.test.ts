import { describeAccuracy } from './lightgbm-accuracy.js';
import { describeFiles, describePeer } from './lightgbm-files.js';
import { installPeer } from './lightgbm-peer.js';

const { python, missing } = installPeer();

describePeer('LightGBM itself, installed from pip where need be', missing, () => describeFiles(python!));
describePeer('Boosting at equal settings', missing, () => describeAccuracy(python!));
