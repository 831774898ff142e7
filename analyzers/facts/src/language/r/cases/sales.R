# Sales figures of a season.

library(stats)
source("helpers.R")

MAX_WEEKS <- 52L

#' Mean of the values that are there.
#'
#' @param values numbers
trimmed <- function(values, share = 0.1, ...) {
  if (length(values) == 0 || all(is.na(values))) {
    return(NA_real_)
  }
  mean(values, trim = share, na.rm = TRUE, ...)
}

grade = function(x) if (x > 90) "A" else if (x > 75 && x < 91) "B" else "C # not a comment"

#' What a week is called.
label_of <- function(kind, week) {
  text <- switch(kind,
    short = paste0("w", week),
    long = ,
    full = sprintf("week %d of %d", week, MAX_WEEKS),
    stop("unknown kind: ", kind)
  )
  text
}

read_sales <- function(path, strict = FALSE) {
  tryCatch(
    {
      rows <- utils::read.csv(path)
      if (strict && any(is.na(rows$amount))) stop("missing amounts")
      rows
    },
    error = function(e) {
      if (strict) stop(e)
      NULL
    },
    warning = function(w) NULL,
    finally = message("read ", path)
  )
}

factorial_of <- function(n) {
  if (n <= 1) return(1)
  n * factorial_of(n - 1)
}

summarise <- function(rows, shops) {
  totals <- list()
  for (shop in shops) {
    mine <- rows[rows$shop == shop, ]
    if (nrow(mine) == 0) next
    weekly <- vapply(split(mine$amount, mine$week), function(a) {
      if (any(a < 0)) 0 else sum(a)
    }, numeric(1))
    repeat {
      if (length(weekly) <= MAX_WEEKS | is.null(weekly)) break
      weekly <- weekly[-1]
    }
    totals[[shop]] <- weekly
  }
  scale_by <- function(x, by) {
    while (max(x) > by) {
      x <- x / 2
    }
    x
  }
  lapply(totals, \(t) scale_by(t, 100))
}

Account <- setRefClass("Account",
  fields = list(balance = "numeric"),
  methods = list(
    deposit = function(amount) {
      if (amount < 0) {
        stop("negative")
      } else {
        balance <<- balance + amount
      }
    }
  )
)

setGeneric("area", function(shape) standardGeneric("area"))
setMethod("area", "Circle", function(shape) {
  pi * shape@radius^2
})

test_that("an empty vector has no mean", {
  expect_true(is.na(trimmed(numeric(0))))
})
