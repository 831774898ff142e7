exports.whisper = function (text) {
  return lower(text);
};

exports.shout = function shout(text) {
  return text.toUpperCase();
};

function lower(text) {
  return text.toLowerCase();
}
