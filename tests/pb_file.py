"""Small Pabulib files in the shape that cities publish."""

FILE = """META
key;value
description;Village vote
country;Poland
unit;Wieś
instance;2019
num_projects;4
num_votes;6
budget;100.50
vote_type;approval
rule;greedy
date_begin;01.06.2019
date_end;15.06.2019
language;pl
currency;PLN
max_length;3
PROJECTS
project_id;cost;votes;name;selected
A/1;60;4;Plac zabaw;1
A/2;50;3;Ławki;0
A/3;40.50;3;Drzewa;1
A/4;10;0;<b>Znak</b>;0
VOTES
voter_id;age;vote
1;34;A/1,A/2
2;51;A/1,A/2
3;28;A/1
4;77;A/1,A/3
5;40;A/3,A/2
6;19;A/3
"""

POINTS = """META
key;value
description;Points
country;Poland
unit;Wieś
instance;2020
num_projects;2
num_votes;3
budget;10
vote_type;cumulative
rule;greedy
date_begin;2020
date_end;2020
currency;PLN
max_sum_points;5
PROJECTS
project_id;cost;name
x;6;Droga
y;5;Most
VOTES
voter_id;vote;points
a;x,y;2,3
b;y;4
c;x;4
"""
