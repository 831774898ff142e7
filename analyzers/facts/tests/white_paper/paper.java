class Paper {
  // Page 3: 7
  int sumOfPrimes(int max) {
    int total = 0;
    OUT: for (int i = 1; i <= max; ++i) {
      for (int j = 2; j < i; ++j) {
        if (i % j == 0) {
          continue OUT;
        }
      }
      total += i;
    }
    return total;
  }

  // Page 3: 1
  String getWords(int number) {
    switch (number) {
      case 1:
        return "one";
      case 2:
        return "a couple";
      case 3:
        return "a few";
      default:
        return "lots";
    }
  }

  // Page 9: 9
  void myMethod() {
    try {
      if (condition1) {
        for (int i = 0; i < 10; i++) {
          while (condition2) { }
        }
      }
    } catch (ExcepType1 | ExcepType2 e) {
      if (condition2) { }
    }
  }

  // Page 9: 2
  void myMethod2() {
    Runnable r = () -> {
      if (condition1) { }
    };
  }

  // Page 8: sequences of operators: 1, 3, 2
  boolean same(boolean a, boolean b, boolean c, boolean d) {
    return a && b && c && d;
  }

  int changing(boolean a, boolean b, boolean c, boolean d, boolean e, boolean f) {
    if (a
        && b && c
        || d || e
        && f) {
      return 1;
    }
    return 0;
  }

  int negated(boolean a, boolean b, boolean c) {
    if (a
        && !(b && c)) {
      return 1;
    }
    return 0;
  }

  // Page 17, without the outer class: 19
  private MethodJavaSymbol overriddenSymbolFrom(ClassJavaType classType) {
    if (classType.isUnknown()) {
      return Symbols.unknownMethodSymbol;
    }

    boolean unknownFound = false;
    List<JavaSymbol> symbols = classType.getSymbol().members().lookup(name);
    for (JavaSymbol overrideSymbol : symbols) {
      if (overrideSymbol.isKind(JavaSymbol.MTH)
          && !overrideSymbol.isStatic()) {

        MethodJavaSymbol methodJavaSymbol = (MethodJavaSymbol) overrideSymbol;
        if (canOverride(methodJavaSymbol)) {
          Boolean overriding = checkOverridingParameters(methodJavaSymbol, classType);
          if (overriding == null) {
            if (!unknownFound) {
              unknownFound = true;
            }
          } else if (overriding) {
            return methodJavaSymbol;
          }
        }
      }
    }

    if (unknownFound) {
      return Symbols.unknownMethodSymbol;
    }

    return null;
  }

  // Page 18: 35
  private void addVersion(final Entry entry, final Transaction txn)
      throws PersistitInterruptedException, RollbackException {
    final TransactionIndex ti = _persistit.getTransactionIndex();
    while (true) {
      try {
        synchronized (this) {
          if (frst != null) {
            if (frst.getVersion() > entry.getVersion()) {
              throw new RollbackException();
            }
            if (txn.isActive()) {
              for
                  (Entry e = frst; e != null; e = e.getPrevious()) {
                final long version = e.getVersion();
                final long depends = ti.wwDependency(version,
                    txn.getTransactionStatus(), 0);
                if (depends == TIMED_OUT) {
                  throw new WWRetryException(version);
                }
                if (depends != 0
                    && depends != ABORTED) {
                  throw new RollbackException();
                }
              }
            }
          }
          entry.setPrevious(frst);
          frst = entry;
          break;
        }
      } catch (final WWRetryException re) {
        try {
          final long depends = _persistit.getTransactionIndex()
              .wwDependency(re.getVersionHandle(), txn.getTransactionStatus(),
                  SharedResource.DEFAULT_MAX_WAIT_TIME);
          if (depends != 0
              && depends != ABORTED) {
            throw new RollbackException();
          }
        } catch (final InterruptedException ie) {
          throw new PersistitInterruptedException(ie);
        }
      } catch (final InterruptedException ie) {
        throw new PersistitInterruptedException(ie);
      }
    }
  }
}
