import { describeFiles, describePeer } from './lightgbm-files.js';
import { findPeer } from './lightgbm-peer.js';

const { python, missing } = findPeer();

describePeer('LightGBM itself, where it can be imported', missing, () => describeFiles(python!));
