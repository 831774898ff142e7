const old = require('./old-style');
const { shout } = require('./old-style');

function legacy(text) {
  return old.whisper(shout(text));
}

module.exports = legacy;
