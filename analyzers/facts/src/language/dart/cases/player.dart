/// A small media player.
library player;

import 'dart:async';
import 'package:path/path.dart' as path;

const int maxVolume = 11;

enum State { stopped, playing, paused }

typedef Listener = void Function(State state);

/// What can be played.
abstract class Playable {
  Duration get length;
  void play();
}

mixin Loggable {
  void log(String text) => print('// $text');
}

class Track extends Playable with Loggable {
  final String title;
  int _plays = 0;

  Track(this.title);

  Track.untitled() : title = 'untitled' {
    log("created ${title.toUpperCase()}");
  }

  factory Track.parse(String line) {
    if (line.isEmpty) {
      throw FormatException('empty /* no comment */');
    }
    return Track(line);
  }

  @override
  Duration get length => Duration(seconds: title.length * 10);

  set plays(int value) {
    _plays = value < 0 ? 0 : value;
  }

  /// Plays it once more.
  @override
  void play() {
    _plays++;
  }

  bool operator ==(Object other) =>
      other is Track && other.title == title && (other._plays > 0 || _plays == 0);
}

extension Shuffle on List<Track> {
  /// The tracks in a new order.
  List<Track> shuffled(int seed) {
    int step(int n) {
      return n <= 1 ? n : step(n - 1) + seed;
    }

    final copy = [for (final t in this) if (t.title != '') t];
    copy.sort((a, b) => step(a._plays) - step(b._plays));
    return copy;
  }
}

class Player {
  State _state = State.stopped;
  final _listeners = <Listener>[];
  List<Track>? queue;

  String describe(Object? value) {
    switch (value) {
      case null:
        return 'nothing';
      case int n when n > maxVolume:
        return 'loud';
      case State.playing:
      case State.paused:
        return 'on';
      default:
        return value.toString();
    }
  }

  String icon(State state) => switch (state) {
        State.stopped => '■',
        State.playing => '▶',
        _ => '?',
      };

  Future<int> run(List<List<Track>> albums, {int? limit}) async {
    var played = 0;
    outer:
    for (final album in albums) {
      for (var i = 0; i < album.length; i++) {
        if (played >= (limit ?? 100)) {
          break outer;
        } else if (album[i].title.isEmpty) {
          continue;
        } else {
          played++;
        }
        try {
          album[i].play();
          await Future.delayed(album[i].length);
        } on TimeoutException {
          continue outer;
        } on StateError catch (e) {
          if (e.message != '') rethrow;
        } catch (e) {
          print(e);
        } finally {
          _notify();
        }
      }
    }
    while (_state == State.paused || _listeners.isEmpty && played > 0) {
      played--;
    }
    do {
      played++;
    } while (played < 0);
    return played;
  }

  void _notify() => _listeners.forEach((listener) {
        if (_state != State.stopped) {
          listener(_state);
        }
      });
}

void main(List<String> arguments) {
  final player = Player();
  player.queue ??= [];
  final name = arguments.isNotEmpty ? arguments.first : null;
  print(name?.length ?? path.separator);
}
