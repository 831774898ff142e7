#import <Foundation/Foundation.h>
#import "Book.h"

#define MAX_LOANS 5

typedef enum { GenreNovel, GenreScience, GenreOther } Genre;

typedef void (^Completion)(NSError *error);

/// Something that can be lent.
@protocol Lendable <NSObject>
- (BOOL)canBeLentTo:(NSString *)reader;
@end

/** A library of books. */
@interface Library : NSObject <Lendable>
@property (nonatomic, copy) NSString *name;
- (instancetype)initWithName:(NSString *)name books:(NSArray *)books;
+ (Library *)shared;
@end

static int clamp(int value, int low, int high) {
    return value < low ? low : (value > high ? high : value);
}

int gcd(int a, int b) {
    if (b == 0) return a;
    return gcd(b, a % b);
}

@implementation Library {
    NSMutableArray *_books;
}

- (instancetype)initWithName:(NSString *)name books:(NSArray *)books {
    if ((self = [super init])) {
        _name = [name copy];
        _books = [books mutableCopy];
    }
    return self;
}

+ (Library *)shared {
    static Library *library;
    static dispatch_once_t once;
    dispatch_once(&once, ^{
        if (!library) {
            library = [[Library alloc] initWithName:@"// shared" books:@[]];
        }
    });
    return library;
}

- (BOOL)canBeLentTo:(NSString *)reader {
    return reader.length > 0 && [self loansOf:reader] < MAX_LOANS;
}

- (NSUInteger)loansOf:(NSString *)reader {
    NSUInteger loans = 0;
    for (Book *book in _books) {
        if ([book.reader isEqualToString:reader] || (book.shared && book.reader == nil)) {
            loans++;
        } else if (book.lost) {
            continue;
        } else {
            loans += 0;
        }
    }
    return loans;
}

/* A comment with "quotes". */
- (NSString *)labelFor:(Genre)genre {
    switch (genre) {
        case GenreNovel:
            return @"novel /* not a comment */";
        case GenreScience:
        case GenreOther:
            return @"other";
        default:
            return nil;
    }
}

- (void)lend:(Book *)book to:(NSString *)reader completion:(Completion)completion {
    @try {
        if (![self canBeLentTo:reader]) {
            @throw [NSException exceptionWithName:@"Loans" reason:reader userInfo:nil];
        }
        @synchronized (self) {
            [_books addObject:book];
        }
    } @catch (NSException *exception) {
        NSLog(@"failed: %@", exception);
    } @finally {
        completion(nil);
    }
}

- (int)depth:(Book *)book {
    int depth = 0;
    do {
        depth++;
        for (int i = 0; i < 10; i++) {
            while (depth > i && !book.lost) {
                if (depth == 7) goto done;
                depth--;
            }
        }
    } while (depth < 3);
done:
    return book.parent ? [self depth:book.parent] + depth : depth;
}

- (void)sort {
    [_books sortUsingComparator:^NSComparisonResult(Book *a, Book *b) {
        if (a.year == b.year) {
            return NSOrderedSame;
        }
        return a.year < b.year ? NSOrderedAscending : NSOrderedDescending;
    }];
}

@end
